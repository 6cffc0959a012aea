//! Reads transcripts as Teams writes them: WebVTT, each cue with its speaker. Pure.
//!
//! <https://learn.microsoft.com/graph/api/calltranscript-get>, <https://www.w3.org/TR/webvtt1/>

use tieline_sdk::html::decoded;

/// What somebody said without a pause.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Utterance {
    /// As the transcript names them; empty if it does not.
    pub speaker: String,
    /// When they began, in milliseconds since the transcript began.
    pub at: u64,
    /// What they said.
    pub text: String,
}

/// The utterances of a transcript, in its order. What is no cue is left out: headers, notes, styles.
pub fn read(vtt: &str) -> Vec<Utterance> {
    let vtt = vtt.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    vtt.split("\n\n").flat_map(cue).collect()
}

fn cue(block: &str) -> Vec<Utterance> {
    let mut lines = block.lines().skip_while(|line| !line.contains("-->"));
    let Some(at) = lines.next().and_then(|timing| millis(timing.split("-->").next()?)) else { return vec![] };
    let text: Vec<_> = lines.collect();
    voices(&text.join(" ")).into_iter().map(|(speaker, text)| Utterance { speaker, at, text }).collect()
}

/// `0:0:5.320` or `00:05.320`. What lies before the beginning began with it.
fn millis(time: &str) -> Option<u64> {
    let time = time.trim();
    if let Some(before) = time.strip_prefix('-') {
        return millis(before).map(|_| 0);
    }
    let (whole, decimals) = time.split_once('.').unwrap_or((time, "0"));
    let seconds = whole.split(':').try_fold(0_u64, |sum, part| {
        let digits = !part.is_empty() && part.len() <= 6 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u64>().ok()).flatten().map(|part| sum * 60 + part)
    })?;
    let digits = decimals.bytes().all(|byte| byte.is_ascii_digit());
    let thousandths = digits.then(|| format!("{decimals:0<3}")[..3].parse::<u64>().ok()).flatten()?;
    Some(seconds * 1_000 + thousandths)
}

/// `<v Priya Singh>text</v>`, one or several; text outside belongs to nobody.
fn voices(text: &str) -> Vec<(String, String)> {
    let mut said = vec![];
    let mut speaker = String::new();
    let mut plain = String::new();
    let mut rest = text;
    let mut flush = |speaker: &str, plain: &mut String| {
        let words = decoded(plain).split_whitespace().collect::<Vec<_>>().join(" ");
        if !words.is_empty() {
            said.push((speaker.to_owned(), words));
        }
        plain.clear();
    };
    while let Some((before, after)) = rest.split_once('<') {
        plain.push_str(before);
        let Some((tag, after)) = after.split_once('>') else {
            plain.push('<');
            rest = after;
            continue;
        };
        if tag == "v" || tag.starts_with("v ") || tag.starts_with("v.") {
            flush(&speaker, &mut plain);
            speaker = decoded(tag.split_once(' ').map_or("", |(_, name)| name)).trim().to_owned();
        } else if tag == "/v" {
            flush(&speaker, &mut plain);
            speaker.clear();
        }
        rest = after;
    }
    plain.push_str(rest);
    flush(&speaker, &mut plain);
    said
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_teams_writes_is_read() {
        let vtt = "WEBVTT\n\nNOTE made by hand\n\n0:0:0.0 --> 0:0:5.320\n<v User Name>This is a transcript test.</v>\n\n\
                   cue-2\n00:01:05.320 --> 00:01:06.000 align:start\n<v Ingrid &amp; Co>Terms\nare &lt;5 %</v> <v B>Yes</v>\n\n\
                   -0:0:1.5 --> 0:0:0.5\nnobody's words\n\nx --> y\n<v C>lost</v>\n";
        let said: Vec<_> = read(vtt).into_iter().map(|u| (u.speaker, u.at, u.text)).collect();
        let wanted = [
            ("User Name", 0, "This is a transcript test."),
            ("Ingrid & Co", 65_320, "Terms are <5 %"),
            ("B", 65_320, "Yes"),
            ("", 0, "nobody's words"),
        ];
        assert_eq!(said, wanted.map(|(speaker, at, text)| (speaker.to_owned(), at, text.to_owned())));
        assert_eq!(read(&vtt.replace('\n', "\r\n")).len(), 4);
    }

    proptest! {
        #[test]
        fn any_text_is_read(vtt in r"(WEBVTT|\n|\n\n|0:0:1\.5 --> 0:0:2\.0|<v |>|</v>|<|&amp;|[a-z ]|\PC){0,40}") {
            for utterance in read(&vtt) {
                prop_assert!(!utterance.text.is_empty());
            }
        }
    }
}
