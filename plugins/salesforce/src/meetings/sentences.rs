//! From utterances to sentences: Teams cuts a transcript every few seconds, wherever people are. Pure.

use super::vtt::Utterance;

/// A sentence of one speaker.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Sentence {
    /// As the transcript names them.
    pub speaker: String,
    /// When the cue began in which it begins, in milliseconds.
    pub at: u64,
    /// The sentence.
    pub text: String,
}

/// Longer ones are cut: somebody forgot their punctuation.
const LONGEST: usize = 600;

/// All sentences, in order. What one speaker says without another between belongs together.
pub fn of(utterances: &[Utterance]) -> Vec<Sentence> {
    let mut sentences: Vec<Sentence> = vec![];
    let mut unfinished = false;
    for utterance in utterances {
        for piece in pieces(&utterance.text) {
            match sentences.last_mut() {
                Some(last)
                    if unfinished && last.speaker == utterance.speaker && last.text.len() < LONGEST =>
                {
                    last.text.push(' ');
                    last.text.push_str(piece);
                }
                _ => sentences.push(Sentence {
                    speaker: utterance.speaker.clone(),
                    at: utterance.at,
                    text: piece.to_owned(),
                }),
            }
            unfinished = !piece.ends_with(['.', '!', '?']);
        }
    }
    sentences
}

/// Cuts behind `.`, `!` and `?` that are followed by a space: not in `3.5 %`.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = vec![];
    let mut from = 0;
    let mut ended = false;
    for (at, c) in text.char_indices() {
        if ended && c.is_whitespace() {
            pieces.push(text[from..at].trim());
            from = at;
        }
        ended = matches!(c, '.' | '!' | '?');
    }
    pieces.push(text[from..].trim());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(utterances: &[(&str, &str)]) -> Vec<(String, String)> {
        let utterances: Vec<_> = utterances
            .iter()
            .zip(0..)
            .map(|((speaker, text), at)| Utterance { speaker: (*speaker).into(), at, text: (*text).into() })
            .collect();
        of(&utterances).into_iter().map(|sentence| (sentence.speaker, sentence.text)).collect()
    }

    #[test]
    fn a_sentence_goes_on_over_cues_but_not_over_speakers() {
        let got = said(&[
            ("A", "Well. I will send"),
            ("A", "the terms at 3.5 % by Friday. Right?"),
            ("B", "Yes"),
            ("A", "Good"),
        ]);
        let wanted = [
            ("A", "Well."),
            ("A", "I will send the terms at 3.5 % by Friday."),
            ("A", "Right?"),
            ("B", "Yes"),
            ("A", "Good"),
        ];
        assert_eq!(got, wanted.map(|(speaker, text)| (speaker.to_owned(), text.to_owned())));
    }

    #[test]
    fn without_punctuation_it_is_cut_somewhere() {
        let talk = "and so on ".repeat(20);
        let got = said(&[("A", &talk), ("A", &talk), ("A", &talk), ("A", &talk), ("A", &talk)]);
        assert!(got.len() > 1 && got.iter().all(|(_, text)| text.len() < 2 * LONGEST));
    }
}
