//! Bytes that a thread writes and somebody else sends on.

use std::{
    io::{self, Write},
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures::Stream;
use tokio::sync::mpsc;

/// Bytes of one piece.
const PIECE: usize = 64 << 10;
/// Pieces that wait for whoever takes them.
const PIECES: usize = 4;

/// A table or a backup on its way to whoever asked for it. What cannot be read is an error in its midst: what came before it is
/// not the whole.
#[derive(Debug)]
pub struct Export(mpsc::Receiver<io::Result<Bytes>>);

impl Stream for Export {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

/// Writes in a thread that may block. Whoever takes it no more ends the writing.
pub(crate) fn written<E: std::error::Error + Send + Sync + 'static>(
    what: &'static str,
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<(), E> + Send + 'static,
) -> Export {
    let (sender, receiver) = mpsc::channel(PIECES);
    tokio::task::spawn_blocking(move || {
        let mut pieces = Pieces { sender, piece: Vec::with_capacity(PIECE) };
        match write(&mut pieces) {
            // Whoever is gone needs to be told of nothing.
            Ok(()) => drop(pieces.flush()),
            Err(_) if pieces.sender.is_closed() => {}
            Err(error) => {
                let cause = &error as &dyn std::error::Error;
                tracing::warn!(what, error = cause, "something could not be read to its end");
                let _ = pieces.sender.blocking_send(Err(io::Error::other(error)));
            }
        }
    });
    Export(receiver)
}

struct Pieces {
    sender: mpsc::Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.sender.blocking_send(Ok(piece.into())).map_err(gone)
    }
}
