//! Where a browser may be sent back to: a path of this host. Pure.

use tieline_types::Problem;

/// Longer than any path of ours.
const LONGEST: usize = 1_024;

/// Takes a path of this host. Whatever a browser could read as another origin is refused: `//host`, `/\host`,
/// schemes, and anything that it strips or decodes before it looks (control characters, spaces, back slashes).
///
/// # Errors
/// A problem at `/return_to`.
pub fn checked(path: &str) -> Result<(), Problem> {
    let plain = |b: u8| {
        (0x21..=0x7e).contains(&b)
            && !matches!(b, b'\\' | b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'}' | b'|')
    };
    let ours =
        path.len() <= LONGEST && path.starts_with('/') && !path.starts_with("//") && path.bytes().all(plain);
    if ours {
        return Ok(());
    }
    Err(Problem::new(
        "sign-in.return-invalid",
        "A browser goes back to a path of this host and nowhere else.",
    )
    .remedy("Give a path such as /panel/acme/deal-desk.")
    .at("/return_to"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use url::Url;

    #[test]
    fn refuses_other_places() {
        for bad in [
            "",
            "panel",
            "//evil.org",
            "/\\evil.org",
            "/\t/evil.org",
            "https://evil.org",
            "javascript:x",
            "/a b",
            "/é",
        ] {
            assert!(checked(bad).is_err(), "{bad}");
        }
        for good in ["/", "/panel/acme/desk?record=1&x=%2F%2Fevil#a", "/a//b"] {
            assert!(checked(good).is_ok(), "{good}");
        }
    }

    proptest! {
        /// What passes stays on the host, as browsers resolve it.
        #[test]
        fn never_leads_away(path in "[/\\\\a-z:@.?#\t\n %]{0,12}") {
            let base = Url::parse("https://tieline.example.com/auth/callback").unwrap();
            if checked(&path).is_ok() {
                prop_assert_eq!(base.join(&path).unwrap().origin(), base.origin());
            }
        }
    }
}
