//! What comes beside the path: query options and the headers that shape an answer.

use crate::percent;

/// Query options, decoded, and headers.
#[derive(Debug, Default, Clone)]
pub(super) struct Options {
    pub(super) select: Option<Vec<String>>,
    pub(super) filter: Option<String>,
    pub(super) orderby: Option<String>,
    pub(super) expand: Option<String>,
    pub(super) top: Option<String>,
    pub(super) count: bool,
    pub(super) skiptoken: Option<String>,
    pub(super) deltatoken: Option<String>,
    /// Values of `@p`.
    pub(super) aliases: Vec<(String, String)>,
    /// Options that nothing here knows, or that are not simulated.
    pub(super) unknown: Vec<String>,
    pub(super) prefer: Prefer,
    /// `None` as well where it says `null`.
    pub(super) if_match: Option<String>,
    pub(super) if_none_match: Option<String>,
    /// The query as it came, without the marks of a page.
    pub(super) raw: String,
}

/// The preferences that are known here.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Prefer {
    pub(super) representation: bool,
    pub(super) page: Option<usize>,
    pub(super) track_changes: bool,
    /// Of a batch: go on behind an error.
    pub(super) continues: bool,
    /// Patterns of annotations.
    pub(super) annotations: Vec<String>,
}

impl Options {
    pub(super) fn of(query: &str, header: &dyn Fn(&str) -> Option<String>) -> Self {
        let condition = |name| header(name).filter(|value| value.trim() != "null");
        let mut options = Self {
            prefer: Prefer::of(&header("prefer").unwrap_or_default()),
            if_match: condition("if-match"),
            if_none_match: condition("if-none-match"),
            ..Self::default()
        };
        let mut kept = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = percent::decode(name).into_owned();
            let value = percent::decode(&value.replace('+', " ")).into_owned();
            if !matches!(name.as_str(), "$skiptoken" | "$deltatoken") {
                kept.push(pair);
            }
            options.take(name, value);
        }
        options.raw = kept.join("&");
        options
    }

    fn take(&mut self, name: String, value: String) {
        let given = (!value.trim().is_empty()).then(|| value.clone());
        match name.as_str() {
            "$select" => self.select = given.map(|names| listed(&names)),
            "$filter" => self.filter = given,
            "$orderby" => self.orderby = given,
            "$expand" => self.expand = given,
            "$top" => self.top = given,
            "$count" => self.count = value == "true",
            "$skiptoken" => self.skiptoken = given,
            "$deltatoken" => self.deltatoken = given,
            _ if name.starts_with('@') => self.aliases.push((name, value)),
            // Says which solution a new part of it belongs to, and how fresh metadata must be.
            "SolutionUniqueName" | "LabelLanguages" => {}
            _ => self.unknown.push(name),
        }
    }

    /// The value of a parameter: itself, or what its alias stands for.
    pub(super) fn resolved(&self, value: &str) -> Option<String> {
        if !value.starts_with('@') {
            return Some(value.to_owned());
        }
        self.aliases.iter().find(|(name, _)| name == value).map(|(_, value)| value.clone())
    }
}

/// Names between commas.
pub(super) fn listed(names: &str) -> Vec<String> {
    names.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

impl Prefer {
    fn of(header: &str) -> Self {
        let mut prefer = Self::default();
        for part in parts(header) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "return" => prefer.representation = value == "representation",
                "odata.maxpagesize" => prefer.page = value.parse().ok().filter(|size| *size > 0),
                "odata.track-changes" => prefer.track_changes = true,
                "odata.continue-on-error" => prefer.continues = true,
                "odata.include-annotations" => prefer.annotations = listed(value),
                _ => {}
            }
        }
        prefer
    }

    /// Whether an annotation is wanted.
    pub(super) fn annotates(&self, annotation: &str) -> bool {
        self.annotations.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(start) => annotation.starts_with(start),
            None => pattern == annotation,
        })
    }
}

/// The preferences of a header, between commas that are in no quotes.
fn parts(header: &str) -> Vec<&str> {
    let (mut found, mut from, mut quoted) = (Vec::new(), 0, false);
    for (at, letter) in header.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ',' | ';' if !quoted => {
                found.push(header[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(header[from..].trim());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_are_read_together() {
        let prefer = Prefer::of(
            r#"odata.maxpagesize=3, return=representation,odata.include-annotations="OData.*,x.y""#,
        );
        assert_eq!((prefer.page, prefer.representation, prefer.track_changes), (Some(3), true, false));
        assert!(prefer.annotates("OData.Community.Display.V1.FormattedValue") && prefer.annotates("x.y"));
        assert!(!prefer.annotates("Microsoft.Dynamics.CRM.lookuplogicalname"));
        assert!(Prefer::of(r#"odata.include-annotations="*""#).annotates("anything"));
    }

    #[test]
    fn options_are_decoded_and_aliases_resolved() {
        let options = Options::of("$select=name,%20x&$top=3&@t=%7B1%7D&$skiptoken=z&$frob=1", &|_| None);
        assert_eq!(options.select.as_deref(), Some(&["name".to_owned(), "x".to_owned()][..]));
        assert_eq!(options.resolved("@t").as_deref(), Some("{1}"));
        assert_eq!(options.resolved("@u"), None);
        assert_eq!(
            (options.unknown, options.raw.as_str()),
            (vec!["$frob".to_owned()], "$select=name,%20x&$top=3&@t=%7B1%7D&$frob=1")
        );
    }

    #[test]
    fn null_is_no_condition() {
        let options = Options::of("", &|name| (name == "if-none-match").then(|| "null".to_owned()));
        assert_eq!((options.if_match, options.if_none_match), (None, None));
    }
}
