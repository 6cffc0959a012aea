//! `[sign_in]`: from what the file says to what people sign in with.

use std::path::Path;

use tieline_access::{InvalidMapping, Mapping};
use tieline_identity::EntranceApp;
use tieline_types::config::SignIn;

use crate::document::secret::{self, SecretError};

/// How people sign in to the host itself, and what they are then.
pub(crate) type Entrance = (EntranceApp, Mapping);

/// Why they cannot.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignInError {
    /// The secret is not where it should be.
    #[error("sign_in.client_secret")]
    Secret(#[source] SecretError),
    /// A rule cannot be.
    #[error("sign_in.roles")]
    Roles(#[source] InvalidMapping),
}

/// Follows the reference to the secret, and reads the rules.
pub(super) fn resolve(raw: SignIn, base: &Path) -> Result<Entrance, SignInError> {
    let SignIn { cloud, directory_id, client_id, client_secret, roles } = raw;
    let found = secret::follow(&client_secret, base, &|name| std::env::var(name).ok());
    let client_secret = found.map_err(SignInError::Secret)?.0;
    let mapping = Mapping::new(roles).map_err(SignInError::Roles)?;
    Ok((EntranceApp { cloud, directory_id, client_id, client_secret }, mapping))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error as _;

    fn read(more: &str, secret: &str) -> Result<Entrance, SignInError> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("secret"), secret).unwrap();
        let text = format!(
            "directory_id = \"d\"\nclient_id = \"c\"\nclient_secret = {{ file = \"secret\" }}\n{more}"
        );
        resolve(toml::from_str(&text).unwrap(), dir.path())
    }

    #[test]
    fn says_which_line_is_wrong() {
        const RULE: &str = "[[roles]]\ngroup = \"g\"\nrole = \"operator\"\n";
        assert!(read(RULE, "s3cret").is_ok());
        assert!(read(RULE, "").unwrap_err().to_string().contains("sign_in.client_secret"));
        let wrong = read("[[roles]]\ngroup = \"g\"\nrole = \"agent\"\n", "s3cret").unwrap_err();
        assert_eq!(wrong.to_string(), "sign_in.roles");
        assert!(wrong.source().unwrap().to_string().contains("rule 1 needs `tenants`"));
        assert!(!format!("{:?}", read(RULE, "s3cret").unwrap().0).contains("s3cret"));
    }
}
