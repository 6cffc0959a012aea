//! Pages: from text to what OneNote takes, and from what it gives to text. Pure.
//!
//! <https://learn.microsoft.com/graph/onenote-create-page>

use tieline_sdk::html::{self, escaped};

/// A page to be.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// What it is called.
    pub title: &'a str,
    /// When it was written: `2026-01-01T00:00:00.000Z`.
    pub created: &'a str,
    /// Who wrote it, for people.
    pub author: &'a str,
    /// What they wrote, line by line.
    pub text: &'a str,
    /// The number of images, which stand below it, and what each shows.
    pub images: &'a [&'a str],
    /// Known again by this.
    pub mark: &'a str,
    /// Opens the case.
    pub case_link: &'a str,
    /// What people call the case.
    pub case: &'a str,
}

/// The page.
pub fn page(page: &Page<'_>) -> String {
    let Page { title, created, author, text, images, mark, case_link, case } = page;
    let (title, created, case, link) = (escaped(title), escaped(created), escaped(case), escaped(case_link));
    format!(
        "<!DOCTYPE html>\r\n<html>\r\n<head>\r\n<title>{title}</title>\r\n<meta name=\"created\" content=\"{created}\" />\r\n\
         </head>\r\n<body>\r\n<p><a href=\"{link}\">{case}</a></p>\r\n{}</body>\r\n</html>\r\n",
        block(author, None, text, images, mark)
    )
}

/// What is appended to a page: who wrote it and when, what, and images.
pub fn block(author: &str, when: Option<&str>, text: &str, images: &[&str], mark: &str) -> String {
    let when = when.map_or_else(String::new, |when| format!(", {}", escaped(when)));
    let mut html =
        format!("<div data-id=\"{}\">\r\n<p><b>{}</b>{when}</p>\r\n", escaped(mark), escaped(author));
    for line in text.lines() {
        let line = if line.trim().is_empty() { "<br />".to_owned() } else { escaped(line) };
        html.push_str(&format!("<p>{line}</p>\r\n"));
    }
    for (at, shows) in images.iter().enumerate() {
        html.push_str(&format!("<img src=\"name:{}\" alt=\"{}\" />\r\n", part(at), escaped(shows)));
    }
    html.push_str("</div>\r\n");
    html
}

/// The name of the part that holds an image.
pub fn part(at: usize) -> String {
    format!("image{}", at + 1)
}

/// Whether a page holds what has this mark: OneNote keeps `data-id`.
pub fn is_marked(html: &str, mark: &str) -> bool {
    html.contains(&format!("data-id=\"{}\"", escaped(mark)))
}

/// What people read on a page, paragraph by paragraph; an image is only said to be there.
pub fn text(page: &str) -> String {
    let body = page.find("<body").map_or(page, |at| &page[at..]);
    html::text_with(body, |tag, lines| {
        let image = tag.name() == "img";
        if image {
            let shows = tag.attribute("alt").filter(|shows| !shows.trim().is_empty());
            lines.text(&shows.map_or_else(|| "[image]".to_owned(), |shows| format!("[image: {shows}]")));
        }
        image
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn example<'a>(text: &'a str, images: &'a [&'a str]) -> Page<'a> {
        Page {
            title: "Call <b>back</b>",
            created: "2026-01-01T00:00:00.000Z",
            author: "Ada & Bob",
            text,
            images,
            mark: "tieline-1",
            case_link: "https://v/?a=1&b=2",
            case: "C-1 Pump",
        }
    }

    #[test]
    fn a_page_is_as_onenote_takes_it_and_nothing_in_it_is_markup() {
        let html = page(&example("Line one\n\n<script>x</script>", &["a \"leak\""]));
        assert_eq!(
            html,
            "<!DOCTYPE html>\r\n<html>\r\n<head>\r\n<title>Call &lt;b&gt;back&lt;/b&gt;</title>\r\n\
             <meta name=\"created\" content=\"2026-01-01T00:00:00.000Z\" />\r\n</head>\r\n<body>\r\n\
             <p><a href=\"https://v/?a=1&amp;b=2\">C-1 Pump</a></p>\r\n\
             <div data-id=\"tieline-1\">\r\n<p><b>Ada &amp; Bob</b></p>\r\n<p>Line one</p>\r\n<p><br /></p>\r\n\
             <p>&lt;script&gt;x&lt;/script&gt;</p>\r\n<img src=\"name:image1\" alt=\"a &quot;leak&quot;\" />\r\n</div>\r\n\
             </body>\r\n</html>\r\n"
        );
        assert!(is_marked(&html, "tieline-1") && !is_marked(&html, "tieline-"));
    }

    #[test]
    fn a_page_is_read_back_as_people_read_it() {
        let html = page(&example("Line one\n\nTwo < three & \"four\"", &["a leak"]));
        assert_eq!(text(&html), "C-1 Pump\nAda & Bob\nLine one\nTwo < three & \"four\"\n[image: a leak]");
        let by_hand = "<html><head><title>x</title></head><body data-absolute-enabled=\"true\"><div><p>One\r\nline</p>\
                       <table><tr><td>a</td><td>b</td></tr></table><ul><li>c</li></ul><img src=\"https://x\"/></div></body></html>";
        assert_eq!(text(by_hand), "One line\na b\n- c\n[image]");
    }

    proptest! {
        #[test]
        fn no_text_leaves_its_page(words in r"\PC{0,60}") {
            let html = page(&example(&words, &[]));
            let plain = page(&example("x", &[]));
            prop_assert_eq!(html.matches("<p>").count(), plain.matches("<p>").count() + words.lines().count() - 1);
            prop_assert_eq!(html.matches("<div").count(), 1);
        }
    }
}
