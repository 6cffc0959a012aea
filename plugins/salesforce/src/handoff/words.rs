//! What is said of a hand-over. Pure.

use tieline_sdk::html::escaped;

/// What there is to say.
#[derive(Debug)]
pub struct Facts<'a> {
    /// `Opportunity reached Qualified`
    pub what: &'a str,
    /// The record's name.
    pub name: &'a str,
    /// The record's page.
    pub link: &'a str,
    /// Whose deal it is.
    pub owner: Option<&'a str>,
    /// Annual recurring revenue.
    pub revenue: Option<String>,
    /// `2026-12-18`
    pub close_date: Option<String>,
    /// What to do next.
    pub next_step: Option<String>,
}

/// As a message: what happened with a link to the record, then what is known of it. What is not known is left out.
pub fn html(facts: &Facts<'_>) -> String {
    let lines = [
        ("For", facts.owner),
        ("ARR", facts.revenue.as_deref()),
        ("Close date", facts.close_date.as_deref()),
        ("Next step", facts.next_step.as_deref()),
    ];
    let mut html = format!(
        "<p><strong>{}</strong>: <a href=\"{}\">{}</a></p>",
        escaped(facts.what),
        escaped(facts.link),
        escaped(facts.name)
    );
    let known: Vec<_> = lines.into_iter().filter_map(|(label, value)| Some((label, value?))).collect();
    if !known.is_empty() {
        let item = |(label, value): &(&str, &str)| format!("<li>{label}: {}</li>", escaped(value));
        html.push_str(&format!("<ul>{}</ul>", known.iter().map(item).collect::<String>()));
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_records_hold_is_no_html() {
        let facts = Facts {
            what: "Opportunity reached <Qualified>",
            name: "Birch & Sons",
            link: "https://acme.my.salesforce.com/lightning/r/Opportunity/006000000000001/view",
            owner: None,
            revenue: Some("96,000".into()),
            close_date: None,
            next_step: Some("send \"terms\"".into()),
        };
        assert_eq!(
            html(&facts),
            "<p><strong>Opportunity reached &lt;Qualified&gt;</strong>: <a href=\"https://acme.my.salesforce.com/\
             lightning/r/Opportunity/006000000000001/view\">Birch &amp; Sons</a></p><ul><li>ARR: 96,000</li>\
             <li>Next step: send &quot;terms&quot;</li></ul>"
        );
    }
}
