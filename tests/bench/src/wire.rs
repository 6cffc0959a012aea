//! The sender of notifications: HTTP/1.1 over one kept connection, written by hand so that it costs next to
//! nothing beside the server that is measured.

use std::io::{self, Write};

use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// One notification to send.
#[derive(Clone)]
pub(crate) struct Shot {
    /// Of the message; found again in its Task.
    pub(crate) number: usize,
    /// `/hooks/…`
    pub(crate) path: String,
    pub(crate) body: Bytes,
}

/// A connection to a server.
pub(crate) struct Wire {
    stream: TcpStream,
    out: Vec<u8>,
    input: Vec<u8>,
}

impl Wire {
    /// Connects to `127.0.0.1:…`.
    pub(crate) async fn connect(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, out: Vec::new(), input: Vec::new() })
    }

    /// Sends a notification and waits for the status of the answer.
    pub(crate) async fn post(&mut self, shot: &Shot) -> io::Result<u16> {
        self.out.clear();
        write!(
            self.out,
            "POST {} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json; charset=utf-8\r\n\
             content-length: {}\r\n\r\n",
            shot.path,
            shot.body.len()
        )?;
        self.out.extend_from_slice(&shot.body);
        self.stream.write_all(&self.out).await?;
        loop {
            if let Some((status, length)) = whole(&self.input) {
                self.input.drain(..length);
                return Ok(status);
            }
            if self.stream.read_buf(&mut self.input).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// Status and length of the first answer, once it is there with its body.
fn whole(input: &[u8]) -> Option<(u16, usize)> {
    let end = input.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&input[..end]).ok()?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.lines().filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let whole = end + length.unwrap_or(0);
    (input.len() >= whole).then_some((status, whole))
}

/// Address and path of a URL on this machine.
pub(crate) fn parts(url: &str) -> (&str, &str) {
    let rest = url.trim_start_matches("http://");
    rest.find('/').map_or((rest, "/"), |at| rest.split_at(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_with_its_body() {
        let head = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 3\r\n\r\n";
        assert_eq!(whole(head), None);
        assert_eq!(whole(&[head.as_slice(), b"no"].concat()), None);
        assert_eq!(whole(&[head.as_slice(), b"no!HTTP"].concat()), Some((503, head.len() + 3)));
        assert_eq!(whole(b"HTTP/1.1 202 Accepted\r\n\r\n"), Some((202, 25)));
        assert_eq!(whole(b"HTTP/1.1 202 Accepted\r\n"), None);
    }

    #[test]
    fn a_url_is_an_address_and_a_path() {
        assert_eq!(parts("http://127.0.0.1:1/hooks/x"), ("127.0.0.1:1", "/hooks/x"));
        assert_eq!(parts("http://127.0.0.1:1"), ("127.0.0.1:1", "/"));
    }
}
