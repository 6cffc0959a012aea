//! Mail, by SMTP. It goes past the HTTP client and through the same door: the server's name is resolved and its
//! addresses judged here, and the judged address is the one connected to.

mod message;

use std::{fmt, net::SocketAddr, time::Duration};

use lettre::transport::smtp::{
    Error as SmtpError,
    authentication::{Credentials, Mechanism},
    client::{AsyncSmtpConnection, Certificate, TlsParameters},
    extension::ClientId,
};
use tieline_types::{Origin, Secret};
use tokio::time::timeout;

pub use self::message::Mail;
use self::message::composed;
use crate::{Egress, Unreached};

/// How long a connection may take to come up.
const CONNECTING: Duration = Duration::from_secs(10);
/// How long a server may take for one step after that.
const STEP: Duration = Duration::from_secs(30);

/// A server that takes mail.
#[derive(Clone)]
pub struct MailServer {
    /// Its name, or its address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is protected.
    pub protection: Protection,
    /// Whom to sign in as, with their password.
    pub login: Option<(String, Secret)>,
}

/// Without the password, which could not be printed anyway.
impl fmt::Debug for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MailServer({}:{}, {:?})", self.host, self.port, self.protection)
    }
}

/// How the way to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// TLS from the first byte.
    Implicit,
    /// `STARTTLS`, before anything else is said; a server without it is told nothing.
    StartTls,
    /// None: only to an address that the operator opened by hand.
    Nothing,
}

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The server was not reached.
    #[error(transparent)]
    Unreached(#[from] Unreached),
    /// No connection came up, or it was not safe.
    #[error("no connection to the mail server {server} came up")]
    Connection {
        /// Which server.
        server: String,
        /// Why.
        source: SmtpError,
    },
    /// The server does not offer `STARTTLS`.
    #[error("the mail server {server} does not offer STARTTLS")]
    Unprotected {
        /// Which server.
        server: String,
    },
    /// The server does not take the credentials.
    #[error("the mail server {server} refused the sign-in")]
    SignIn {
        /// Which server.
        server: String,
        /// In its words.
        source: SmtpError,
    },
    /// The server did not take the mail.
    #[error("the mail server {server} did not take the message")]
    Refused {
        /// Which server.
        server: String,
        /// In its words.
        source: SmtpError,
    },
    /// The server did not answer in time.
    #[error("the mail server {server} did not answer in time")]
    Slow {
        /// Which server.
        server: String,
    },
    /// What was to be sent is no mail.
    #[error("it is no mail that could be sent: {reason}")]
    Invalid {
        /// What is wrong with it.
        reason: String,
    },
}

/// A connection to a mail server.
pub struct MailSession {
    server: String,
    login: Option<(String, Secret)>,
    connection: AsyncSmtpConnection,
}

impl Egress {
    /// Connects to a mail server, and protects the way there as it says.
    ///
    /// # Errors
    /// When policy does not allow it, it is not reached, or the way would be less safe than it says.
    pub async fn mail(&self, server: &MailServer) -> Result<MailSession, MailError> {
        let name = format!("{}:{}", server.host, server.port);
        let scheme = if server.protection == Protection::Nothing { "http" } else { "https" };
        let origin: Origin = format!("{scheme}://{name}")
            .parse()
            .map_err(|_| MailError::Invalid { reason: format!("`{name}` is no address of a server") })?;
        let hello = ClientId::default();
        let tls = match server.protection {
            Protection::Nothing => None,
            _ => Some(self.trusting(&server.host).map_err(|source| failed(&name, source))?),
        };
        let at_once = tls.clone().filter(|_| server.protection == Protection::Implicit);
        let connecting = async {
            let mut last = None;
            for address in self.look_up(&origin).await? {
                let address = SocketAddr::new(address, server.port);
                match AsyncSmtpConnection::connect_tokio1(
                    address,
                    Some(CONNECTING),
                    &hello,
                    at_once.clone(),
                    None,
                )
                .await
                {
                    Ok(connection) => return Ok(connection),
                    Err(error) => last = Some(error),
                }
            }
            Err(match last {
                Some(source) => failed(&name, source),
                None => MailError::Slow { server: name.clone() },
            })
        };
        let mut connection = in_time(&name, connecting).await?;
        if let (Protection::StartTls, Some(tls)) = (server.protection, tls) {
            if !connection.can_starttls() {
                return Err(MailError::Unprotected { server: name });
            }
            let starting =
                async { connection.starttls(tls, &hello).await.map_err(|source| failed(&name, source)) };
            in_time(&name, starting).await?;
        }
        Ok(MailSession { server: name, login: server.login.clone(), connection })
    }

    /// Trusts whom HTTP connections trust.
    fn trusting(&self, host: &str) -> Result<TlsParameters, SmtpError> {
        let mut tls = TlsParameters::builder(host.trim_matches(['[', ']']).to_owned());
        if let Some(pem) = self.extra_ca_pem() {
            tls = tls.add_root_certificate(Certificate::from_pem(pem.as_bytes())?);
        }
        tls.build()
    }
}

impl MailSession {
    /// Whether nobody on the way can listen.
    pub fn is_encrypted(&self) -> bool {
        self.connection.is_encrypted()
    }

    /// Signs in, if the server wants that. As whom.
    ///
    /// # Errors
    /// In the server's words.
    pub async fn sign_in(&mut self) -> Result<Option<String>, MailError> {
        let Some((user, password)) = self.login.clone() else { return Ok(None) };
        let credentials = Credentials::new(user.clone(), password.expose().to_owned());
        let signing = async {
            let signed = self.connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await;
            signed.map_err(|source| MailError::SignIn { server: self.server.clone(), source })
        };
        in_time(&self.server.clone(), signing).await?;
        Ok(Some(user))
    }

    /// Hands a mail over and says good-bye. What the server said when it took it.
    ///
    /// # Errors
    /// In the server's words.
    pub async fn send(mut self, mail: &Mail) -> Result<String, MailError> {
        let message = composed(mail)?;
        let server = self.server.clone();
        let sending = async {
            let taken = self.connection.send(message.envelope(), &message.formatted()).await;
            taken.map_err(|source| MailError::Refused { server: self.server.clone(), source })
        };
        let taken = in_time(&server, sending).await?;
        // It has the message; how it ends the conversation changes nothing.
        let _ = timeout(CONNECTING, self.connection.quit()).await;
        Ok(taken.message().collect::<Vec<_>>().join(" "))
    }
}

fn failed(server: &str, source: SmtpError) -> MailError {
    MailError::Connection { server: server.into(), source }
}

async fn in_time<T>(server: &str, step: impl Future<Output = Result<T, MailError>>) -> Result<T, MailError> {
    timeout(STEP, step).await.unwrap_or_else(|_| Err(MailError::Slow { server: server.into() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Policy;
    use std::time::SystemTime;
    use tokio::{
        io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
        net::TcpListener,
    };

    /// A server without STARTTLS that takes one mail, and gives what it was told.
    async fn plain() -> (SocketAddr, tokio::task::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let told = tokio::spawn(async move {
            let (socket, _) = listener.accept().await.unwrap();
            let (read, mut write) = socket.into_split();
            let (mut lines, mut told, mut data) = (BufReader::new(read).lines(), Vec::new(), false);
            write.write_all(b"220 sim\r\n").await.unwrap();
            while let Ok(Some(line)) = lines.next_line().await {
                let answer = match line.get(..4).unwrap_or_default() {
                    _ if data && line != "." => "",
                    "EHLO" => "250 sim\r\n",
                    "DATA" => "354 go on\r\n",
                    "QUIT" => "221 bye\r\n",
                    _ => "250 ok\r\n",
                };
                data = line == "DATA" || (data && line != ".");
                told.push(line);
                write.write_all(answer.as_bytes()).await.unwrap();
            }
            told
        });
        (address, told)
    }

    fn server(address: SocketAddr, protection: Protection) -> MailServer {
        MailServer { host: address.ip().to_string(), port: address.port(), protection, login: None }
    }

    fn mail() -> Mail {
        Mail {
            from: "Tieline <tieline@acme.example>".into(),
            to: vec!["ops@acme.example".into()],
            subject: "An alert – with a dash".into(),
            text: "One.\n.\nTwo.".into(),
            id: "m-1".into(),
            at: SystemTime::UNIX_EPOCH,
        }
    }

    #[tokio::test]
    async fn nothing_is_sent_to_an_address_that_nobody_opened() {
        let (address, told) = plain().await;
        let stranger = Egress::new(&Policy::default()).unwrap();
        for protection in [Protection::Nothing, Protection::StartTls, Protection::Implicit] {
            let denied = stranger.mail(&server(address, protection)).await;
            let Err(MailError::Unreached(Unreached::Denied(denial))) = denied.map(|_| ()) else { panic!() };
            assert!(denial.allow_with.unwrap().contains(&address.to_string()));
        }
        assert!(!told.is_finished(), "nobody connected");
    }

    #[tokio::test]
    async fn a_server_without_starttls_is_told_nothing_unless_its_address_is_opened_and_it_need_not() {
        let (address, told) = plain().await;
        let policy = Policy { allow_private: [address].into(), ..Policy::default() };
        let egress = Egress::new(&policy).unwrap();
        let refused = egress.mail(&server(address, Protection::StartTls)).await;
        assert!(matches!(refused, Err(MailError::Unprotected { .. })));
        assert!(told.await.unwrap().iter().all(|line| line.starts_with("EHLO") || line == "QUIT"));

        let (address, told) = plain().await;
        let policy = Policy { allow_private: [address].into(), ..Policy::default() };
        let mut session =
            Egress::new(&policy).unwrap().mail(&server(address, Protection::Nothing)).await.unwrap();
        assert!(!session.is_encrypted() && session.sign_in().await.unwrap().is_none());
        assert_eq!(session.send(&mail()).await.unwrap(), "ok");
        let told = told.await.unwrap().join("\n");
        for part in [
            "MAIL FROM:<tieline@acme.example>",
            "RCPT TO:<ops@acme.example>",
            "Auto-Submitted: auto-generated",
            "Message-ID: <m-1@acme.example>",
            "\n..\n",
        ] {
            assert!(told.contains(part), "{part} is not in {told}");
        }
    }
}
