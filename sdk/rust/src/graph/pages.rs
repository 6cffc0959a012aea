//! Lists in pages (`@odata.nextLink`), and what has changed since (`@odata.deltaLink`).

use std::{collections::HashSet, marker::PhantomData};

use serde::{Deserialize, de::DeserializeOwned};

use super::{Request, error};
use crate::{CallError, Failure, Problem, Response};

/// One page, as Graph answers it.
#[derive(Deserialize)]
struct Page<T> {
    #[serde(default = "Vec::new")]
    value: Vec<T>,
    #[serde(default, rename = "@odata.nextLink")]
    next: Option<String>,
    #[serde(default, rename = "@odata.deltaLink")]
    delta: Option<String>,
}

/// The pages of a list, each one call. Links are followed as they are given.
pub struct Pages<T, D = fn(Request) -> Result<Response, CallError>> {
    next: Option<Request>,
    seen: HashSet<String>,
    door: D,
    items: PhantomData<T>,
}

/// What a list says of its changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes<T> {
    /// These have changed.
    Since {
        /// What is there now, or `@removed`, oldest page first.
        items: Vec<T>,
        /// Ask here for the rest, or next time for what has changed since.
        link: String,
        /// Whether this was all; else ask again at once.
        complete: bool,
    },
    /// Graph has forgotten what the link stood for (410): ask from the beginning, and take what is there for new.
    StartAgain {
        /// Where to begin, when Graph says it.
        link: Option<String>,
    },
}

impl Request {
    /// The list behind this call, page by page.
    pub fn pages<T: DeserializeOwned>(self) -> Pages<T> {
        Pages { next: Some(self), seen: HashSet::new(), door: Request::send, items: PhantomData }
    }

    /// All items of the list behind this call, in at most so many calls.
    ///
    /// # Errors
    /// What a missing or unsuccessful answer means for the event; and `graph.too-many-pages`, for good.
    pub fn all<T: DeserializeOwned>(self, most_pages: usize) -> Result<Vec<T>, Failure> {
        all(self.pages(), most_pages)
    }

    /// What has changed since the link was given that this call asks (`/…/delta` at first), in at most so many calls.
    ///
    /// # Errors
    /// What a missing or unsuccessful answer means for the event. That Graph has forgotten is no error.
    pub fn changes<T: DeserializeOwned>(self, most_pages: usize) -> Result<Changes<T>, Failure> {
        changes(self, most_pages, &mut Request::send)
    }
}

impl<T: DeserializeOwned, D: FnMut(Request) -> Result<Response, CallError>> Iterator for Pages<T, D> {
    type Item = Result<Vec<T>, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let request = self.next.take()?;
        if !self.seen.insert(request.0.path.clone()) {
            return Some(Err(Failure::retry(in_circles())));
        }
        Some(page(request.clone(), &mut self.door).map(|page| {
            self.next = page.next.map(|link| request.at(link));
            page.value
        }))
    }
}

fn all<T: DeserializeOwned>(
    pages: impl Iterator<Item = Result<Vec<T>, Failure>>,
    most_pages: usize,
) -> Result<Vec<T>, Failure> {
    let mut items = Vec::new();
    for (number, page) in pages.enumerate() {
        if number >= most_pages {
            let message = format!("the list has more than {most_pages} pages");
            return Err(Failure::permanent(Problem::new("graph.too-many-pages", message)));
        }
        items.extend(page?);
    }
    Ok(items)
}

fn changes<T: DeserializeOwned>(
    first: Request,
    most_pages: usize,
    door: &mut dyn FnMut(Request) -> Result<Response, CallError>,
) -> Result<Changes<T>, Failure> {
    let (mut items, mut request, mut seen) = (Vec::new(), first, HashSet::new());
    for _ in 0..most_pages.max(1) {
        if !seen.insert(request.0.path.clone()) {
            return Err(Failure::retry(in_circles()));
        }
        let response = door(request.clone())?;
        if response.status == 410 {
            let link = response.header("location").map(str::to_owned);
            return Ok(Changes::StartAgain { link });
        }
        let page: Page<T> = read(&response)?;
        items.extend(page.value);
        match (page.next, page.delta) {
            (_, Some(link)) => return Ok(Changes::Since { items, link, complete: true }),
            (Some(link), None) => request = request.at(link),
            (None, None) => {
                let problem = Problem::new("graph.no-link", "the last page has no deltaLink");
                return Err(Failure::retry(problem));
            }
        }
    }
    Ok(Changes::Since { items, link: request.0.path, complete: false })
}

impl Request {
    /// The same call to another address.
    fn at(mut self, link: String) -> Self {
        self.0.path = link;
        self
    }
}

fn page<T: DeserializeOwned>(
    request: Request,
    door: &mut dyn FnMut(Request) -> Result<Response, CallError>,
) -> Result<Page<T>, Failure> {
    read(&door(request)?)
}

fn read<T: DeserializeOwned>(response: &Response) -> Result<Page<T>, Failure> {
    if response.is_success() { response.json() } else { Err(response.failure(error(response))) }
}

fn in_circles() -> Problem {
    Problem::new("graph.endless-pages", "a page leads back to one before it")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Header, Identity, graph::get};
    use serde_json::{Value, json};

    fn ok(body: Value) -> Result<Response, CallError> {
        Ok(Response { status: 200, headers: vec![], body: body.to_string().into() })
    }

    /// `/list` has three pages; all links are whole addresses.
    fn list(request: Request) -> Result<Response, CallError> {
        assert!(matches!(request.0.identity, Identity::Service), "each page is asked for by the same person");
        match request.0.path.as_str() {
            "/list" => ok(json!({"value": [1, 2], "@odata.nextLink": "https://g/v1.0/list?$skiptoken=b"})),
            "https://g/v1.0/list?$skiptoken=b" => ok(json!({"value": [], "@odata.nextLink": "https://g/c"})),
            "https://g/c" => ok(json!({"value": [3], "@odata.deltaLink": "https://g/delta?$deltatoken=d"})),
            "/circle" => ok(json!({"value": [1], "@odata.nextLink": "/circle"})),
            "/old" => Ok(Response {
                status: 410,
                headers: vec![Header { name: "Location".into(), value: "https://g/new".into() }],
                body: br#"{"error":{"code":"syncStateNotFound"}}"#.to_vec(),
            }),
            "/bare" => ok(json!({"value": []})),
            _ => Ok(Response { status: 404, headers: vec![], body: vec![] }),
        }
    }

    fn ask(path: &str) -> Request {
        get(path).identity(Identity::Service)
    }

    fn pages(path: &str) -> impl Iterator<Item = Result<Vec<u32>, Failure>> {
        Pages { next: Some(ask(path)), seen: HashSet::new(), door: list, items: PhantomData }
    }

    #[test]
    fn follows_links_to_the_end_and_never_in_circles() {
        assert_eq!(all(pages("/list"), 3).unwrap(), [1, 2, 3]);
        assert_eq!(all(pages("/list"), 2).unwrap_err().problem().code, "graph.too-many-pages");
        assert_eq!(all(pages("/circle"), 9).unwrap_err().problem().code, "graph.endless-pages");
        assert!(matches!(all(pages("/gone"), 1).unwrap_err(), Failure::Permanent(_)));
    }

    #[test]
    fn changes_end_with_a_link_for_next_time() {
        let since = |path: &str, most| changes::<u32>(ask(path), most, &mut list);
        let link = "https://g/delta?$deltatoken=d".to_owned();
        let whole = Changes::Since { items: vec![1, 2, 3], link, complete: true };
        assert_eq!(since("/list", 9).unwrap(), whole);
        let part = Changes::Since {
            items: vec![1, 2],
            link: "https://g/v1.0/list?$skiptoken=b".into(),
            complete: false,
        };
        assert_eq!(since("/list", 1).unwrap(), part);
        assert_eq!(since("/old", 9).unwrap(), Changes::StartAgain { link: Some("https://g/new".into()) });
        assert_eq!(since("/circle", 9).unwrap_err().problem().code, "graph.endless-pages");
        assert_eq!(since("/bare", 9).unwrap_err().problem().code, "graph.no-link");
    }
}
