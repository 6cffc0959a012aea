//! The permission table as a tree of segments, so that judging a call costs its length and not the table's.

use std::sync::LazyLock;

use http::Method;
use serde::Deserialize;
use tieline_types::manifest::PermissionKind;

use super::path::{Kind, Segment, Version};

/// One file a family of resources. Checked against Microsoft's published permissions reference of August 2026. Left
/// out are permissions of resource-specific consent, and those made for device management, agents and
/// synchronisation between clouds.
const FILES: [&str; 13] = [
    include_str!("permissions/teams.toml"),
    include_str!("permissions/channel_messages.toml"),
    include_str!("permissions/chats.toml"),
    include_str!("permissions/users.toml"),
    include_str!("permissions/groups.toml"),
    include_str!("permissions/presence.toml"),
    include_str!("permissions/meetings.toml"),
    include_str!("permissions/calls.toml"),
    include_str!("permissions/calendar.toml"),
    include_str!("permissions/mail.toml"),
    include_str!("permissions/onenote.toml"),
    include_str!("permissions/devices.toml"),
    include_str!("permissions/subscriptions.toml"),
];

static ROOT: LazyLock<Node> = LazyLock::new(|| {
    let mut root = Node::default();
    for written in FILES.iter().flat_map(|file| rules(file)) {
        root.learn(written);
    }
    root
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Written>,
}

/// Which permissions allow which calls, least first: each of them alone is enough. In a path `{id}` is an id,
/// `{name}` an id or a well-known name, `name()` a function, with or without its brackets.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) methods: Vec<String>,
    pub(super) paths: Vec<String>,
    /// Both of the lists below.
    #[serde(default)]
    both: Vec<String>,
    #[serde(default)]
    application: Vec<String>,
    #[serde(default)]
    delegated: Vec<String>,
    /// `beta`, for what is not under `v1.0`.
    #[serde(default)]
    version: Option<String>,
}

/// What allows one method on one path.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    application: Vec<String>,
    delegated: Vec<String>,
    beta_only: bool,
}

/// A place in the tree: what may follow, and what is allowed here.
#[derive(Debug, Default)]
pub(super) struct Node {
    names: Vec<Name>,
    id: Option<Box<Node>>,
    /// For `{name}`.
    any: Option<Box<Node>>,
    calls: Vec<(Method, Rule)>,
}

#[derive(Debug)]
struct Name {
    text: String,
    function: bool,
    node: Node,
}

fn rules(file: &str) -> Vec<Written> {
    toml::from_str::<File>(file).expect("the files are compiled in, and a test reads them").rule
}

/// All rules as they are written.
#[cfg(test)]
pub(super) fn written() -> Vec<Written> {
    FILES.iter().flat_map(|file| rules(file)).collect()
}

impl Written {
    pub(super) fn rule(&self) -> Rule {
        let list = |own: &[String]| if own.is_empty() { self.both.clone() } else { own.to_vec() };
        Rule {
            application: list(&self.application),
            delegated: list(&self.delegated),
            beta_only: self.version.as_deref() == Some("beta"),
        }
    }
}

impl Rule {
    pub(super) fn permissions(&self, kind: PermissionKind) -> &[String] {
        match kind {
            PermissionKind::Application => &self.application,
            PermissionKind::Delegated => &self.delegated,
        }
    }

    pub(super) fn is_in(&self, version: Version) -> bool {
        !self.beta_only || version == Version::Beta
    }
}

/// What covers a call, and from where its query goes on.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub(super) node: &'static Node,
    pub(super) rule: &'static Rule,
    /// Reached by way of `me`: nobody is `me` to an app.
    pub(super) own: bool,
}

/// The rule for a call. `me` stands for `users/{id}` where it has no rule of its own.
pub(super) fn find<'a>(
    method: &Method,
    version: Version,
    mut segments: impl Iterator<Item = Segment<'a>> + Clone,
) -> Option<Found> {
    let root: &'static Node = &ROOT;
    let found = |node: &'static Node, own| node.rule(method, version).map(|rule| Found { node, rule, own });
    let whole = segments.clone();
    let first = segments.next()?;
    if first.kind == Kind::Plain && first.text.eq_ignore_ascii_case("me") {
        let own = root.walk(whole).and_then(|node| found(node, true));
        return own.or_else(|| found(root.name("users", false)?.id.as_deref()?.walk(segments)?, true));
    }
    found(root.walk(whole)?, false)
}

impl Node {
    fn learn(&mut self, written: Written) {
        let rule = written.rule();
        for path in &written.paths {
            let node = path.split('/').fold(&mut *self, Self::child);
            for method in &written.methods {
                let method = method.parse().expect("a test reads all methods");
                node.calls.push((method, rule.clone()));
            }
        }
    }

    fn child(&mut self, pattern: &str) -> &mut Self {
        match pattern {
            "{id}" => return self.id.get_or_insert_default(),
            "{name}" => return self.any.get_or_insert_default(),
            _ => {}
        }
        let (text, function) = match pattern.strip_suffix("()") {
            Some(text) => (text, true),
            None => (pattern, false),
        };
        let place = self.names.iter().position(|name| name.text == text).unwrap_or_else(|| {
            self.names.push(Name { text: text.to_owned(), function, node: Self::default() });
            self.names.len() - 1
        });
        &mut self.names[place].node
    }

    fn name(&self, text: &str, function: bool) -> Option<&Self> {
        let name = self.names.iter().find(|name| name.text.eq_ignore_ascii_case(text))?;
        (name.function || !function).then_some(&name.node)
    }

    fn walk<'a>(&'static self, mut segments: impl Iterator<Item = Segment<'a>>) -> Option<&'static Self> {
        segments.try_fold(self, Self::follow)
    }

    /// Graph reads names of segments without regard to case, and a name wins over an id: `messages/delta` is
    /// never taken for a message. Nor is any other word taken for an id, since it may be a function that this
    /// table does not know.
    fn follow(&self, segment: Segment<'_>) -> Option<&Self> {
        let text = segment.text;
        match segment.kind {
            Kind::Function => self.name(text, true),
            Kind::Key => self.id.as_deref().or(self.any.as_deref()),
            Kind::Plain => self
                .name(text, false)
                .or_else(|| self.id.as_deref().filter(|_| !is_word(text)))
                .or_else(|| self.any.as_deref().filter(|_| !text.starts_with('$'))),
        }
    }

    /// What a GET of a part would need that the query wants along with the whole: of the thing itself, or of
    /// each thing in the list.
    pub(super) fn part(&self, name: &str, version: Version) -> Option<(&Self, &Rule)> {
        [Some(self), self.id.as_deref(), self.any.as_deref()]
            .into_iter()
            .flatten()
            .filter_map(|node| node.name(name, false))
            .find_map(|node| Some((node, node.rule(&Method::GET, version)?)))
    }

    fn rule(&self, method: &Method, version: Version) -> Option<&Rule> {
        let mut calls = self.calls.iter().filter(|(known, rule)| known == method && rule.is_in(version));
        calls.next().map(|(_, rule)| rule)
    }
}

/// `delta`, `microsoft.graph.group`, `$count`: a name of Graph's, and no id of anything.
fn is_word(text: &str) -> bool {
    text.starts_with('$') || text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'.')
}
