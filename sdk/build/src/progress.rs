//! What a build tells while it goes on.

/// One thing to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// What is being done from now on, in words.
    Step(&'a str),
    /// A line that cargo, rustup or apt-get wrote.
    Line(&'a str),
}

/// Hears the progress, in order, on the thread that builds.
pub type Listener<'a> = dyn FnMut(Progress<'_>) + 'a;
