//! Lines in the making.

/// Text that is written line by line: white space is collapsed, and empty lines are left out.
#[derive(Debug, Default)]
pub struct Lines {
    done: String,
    current: String,
}

impl Lines {
    /// Goes on with the line.
    pub fn text(&mut self, text: &str) {
        for c in text.chars() {
            if !c.is_whitespace() {
                self.current.push(c);
            } else if !self.current.is_empty() && !self.current.ends_with(' ') {
                self.current.push(' ');
            }
        }
    }

    /// What stands in the line so far.
    pub fn line(&self) -> &str {
        &self.current
    }

    /// Ends the line.
    pub fn end(&mut self) {
        let line = self.current.trim_end();
        if !line.is_empty() {
            if !self.done.is_empty() {
                self.done.push('\n');
            }
            self.done.push_str(line);
        }
        self.current.clear();
    }

    /// All lines.
    pub fn finish(mut self) -> String {
        self.end();
        self.done
    }
}

impl<'a> FromIterator<&'a str> for Lines {
    /// Each on a line of its own.
    fn from_iter<T: IntoIterator<Item = &'a str>>(texts: T) -> Self {
        let mut lines = Self::default();
        for text in texts {
            lines.text(text);
            lines.end();
        }
        lines
    }
}
