//! A mail server for submission: STARTTLS on one port, TLS from the first byte on the other. It keeps what it takes.

mod mail;
mod script;
mod session;

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::world::World;

pub use mail::Mail;
pub use script::{BadMailFault, MailFault, Moment};

use session::{Answer, Session};

/// The longest line, and the largest content, in bytes: more than any client here sends.
const LARGEST: usize = 4 << 20;

/// What the server knows.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) username: String,
    pub(crate) password: String,
    mails: Mutex<Vec<Mail>>,
    script: Mutex<Script>,
}

#[derive(Debug)]
struct Script {
    faults: Vec<MailFault>,
    starttls: bool,
}

impl Server {
    pub(crate) fn new() -> Self {
        Self {
            username: "tieline@mail.example".into(),
            password: crate::ids::secret(24),
            mails: Mutex::default(),
            script: Mutex::new(Script { faults: Vec::new(), starttls: true }),
        }
    }

    /// What goes wrong at this step, if anything. Counts it.
    fn fault(&self, at: Moment) -> Option<MailFault> {
        let mut script = self.script.lock();
        let fault = script.faults.iter_mut().find(|fault| fault.at == at && fault.times != Some(0))?;
        fault.times = fault.times.map(|times| times - 1);
        Some(fault.clone())
    }
}

/// How a conversation goes on.
enum Next {
    Over,
    Tls,
}

/// Serves a listener until its task is aborted; with `implicit`, TLS from the first byte.
pub(crate) async fn accept(listener: TcpListener, tls: TlsAcceptor, implicit: bool, world: Arc<World>) {
    let mut conversations = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            continue;
        };
        while conversations.try_join_next().is_some() {}
        let (tls, world) = (tls.clone(), world.clone());
        conversations.spawn(async move {
            let server = &world.smtp;
            let credentials = (server.username.clone(), server.password.clone());
            let mut session = Session::new(implicit, server.script.lock().starttls, credentials);
            if implicit {
                if let Ok(stream) = tls.accept(stream).await {
                    let _ = converse(server, &mut session, BufReader::new(stream), true).await;
                }
                return;
            }
            let mut stream = BufReader::new(stream);
            if let Ok(Next::Tls) = converse(server, &mut session, &mut stream, true).await
                && let Ok(stream) = tls.accept(stream.into_inner()).await
            {
                session.encrypted();
                let _ = converse(server, &mut session, BufReader::new(stream), false).await;
            }
        });
    }
}

async fn converse<S>(
    server: &Server,
    session: &mut Session,
    mut stream: S,
    greets: bool,
) -> std::io::Result<Next>
where
    S: AsyncBufReadExt + AsyncRead + AsyncWrite + Unpin,
{
    if greets {
        match server.fault(Moment::Connect).map(|fault| fault.say) {
            None => say(&mut stream, "220 mail.sim ESMTP").await?,
            Some(Some(text)) => say(&mut stream, &text).await?,
            Some(None) => return Ok(Next::Over),
        }
    }
    loop {
        let Some(line) = line(&mut stream).await? else { return Ok(Next::Over) };
        if let Some(fault) = session.moment(&line).and_then(|moment| server.fault(moment)) {
            match fault.say {
                Some(text) => say(&mut stream, &text).await?,
                None => return Ok(Next::Over),
            }
            continue;
        }
        match session.on(&line) {
            Answer::Say(text) => say(&mut stream, &text).await?,
            Answer::StartTls => {
                say(&mut stream, "220 2.0.0 Ready to start TLS").await?;
                return Ok(Next::Tls);
            }
            Answer::Content => {
                say(&mut stream, "354 End data with <CR><LF>.<CR><LF>").await?;
                let Some(content) = content(&mut stream).await? else { return Ok(Next::Over) };
                let mail = session.taken(&content);
                let fault = server.fault(Moment::Data);
                if fault.as_ref().is_none_or(|fault| fault.taken) {
                    server.mails.lock().push(mail);
                }
                match fault.map(|fault| fault.say) {
                    None => say(&mut stream, "250 2.0.0 Ok: queued").await?,
                    Some(Some(text)) => say(&mut stream, &text).await?,
                    Some(None) => return Ok(Next::Over),
                }
            }
            Answer::Bye => {
                say(&mut stream, "221 2.0.0 Bye").await?;
                return Ok(Next::Over);
            }
        }
    }
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), text: &str) -> std::io::Result<()> {
    stream.write_all(format!("{text}\r\n").as_bytes()).await?;
    stream.flush().await
}

/// A line without its end; none at the end of the stream.
async fn line(stream: &mut (impl AsyncBufReadExt + Unpin)) -> std::io::Result<Option<String>> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 || line.len() > LARGEST {
        return Ok(None);
    }
    Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// The content with its dots unstuffed; none when the stream ends within it.
async fn content(stream: &mut (impl AsyncBufReadExt + Unpin)) -> std::io::Result<Option<String>> {
    let mut content = String::new();
    while let Some(line) = line(stream).await? {
        if line == "." {
            return Ok(Some(content));
        }
        content.push_str(line.strip_prefix('.').unwrap_or(&line));
        content.push_str("\r\n");
        if content.len() > LARGEST {
            break;
        }
    }
    Ok(None)
}
