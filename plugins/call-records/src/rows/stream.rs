//! The rows of a session's streams: what was sent, from which network, device and software to which, and how it came.

use serde::Serialize;

use super::{End, Version, moment, owned, seconds};
use crate::config::People;
use crate::quality::{Heard, Measured, is_poor, score};
use crate::record::{self, Device, Media, Network, Segment};

/// Graph's word for a link whose speed nobody knows.
const UNKNOWN_SPEED: f64 = 4_294_967_295.0;
/// Scores are kept to a thousandth: beyond it they say nothing.
const THOUSANDTH: f64 = 1_000.0;

/// A stream in one direction. `sender` and `receiver` are its ends, whichever of them called.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stream {
    #[serde(flatten)]
    version: Version,
    session_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    segment_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_s: Option<f64>,
    /// `main-audio`
    #[serde(skip_serializing_if = "Option::is_none")]
    media: Option<String>,
    is_audio: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    codec: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jitter_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_jitter_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    round_trip_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_round_trip_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    loss: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_loss: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    degradation: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    concealed: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame_rate: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    packets: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    media_bypassed: Option<bool>,
    /// The rating and the opinion of the E-model; of sound whose delay, jitter and loss are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    r_factor: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mos: Option<f64>,
    /// Whether Microsoft would call it poor; of sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    poor: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_product: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_platform: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_network: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_subnet: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_link_mbps: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_wifi_band: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_wifi_signal: Option<f64>,
    /// What recorded it.
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_device: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receiver_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receiver_product: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receiver_platform: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receiver_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receiver_network: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receiver_subnet: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receiver_link_mbps: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receiver_wifi_band: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receiver_wifi_signal: Option<f64>,
    /// What played it.
    #[serde(skip_serializing_if = "Option::is_none")]
    receiver_device: Option<String>,
}

/// The streams of all segments of a session.
pub fn of_session(version: &Version, session: &record::Session, people: People) -> Vec<Stream> {
    let mut rows = Vec::new();
    for segment in &session.segments {
        for media in segment.media.iter().flatten() {
            let ends = Ends::of(session, segment, media, people);
            for stream in media.streams.iter().flatten() {
                rows.push(row(version, session, segment, media, stream, &ends));
            }
        }
    }
    rows
}

impl Stream {
    pub(super) fn is_poor(&self) -> bool {
        self.poor == Some(true)
    }

    pub(super) fn mos(&self) -> Option<f64> {
        self.mos
    }
}

/// Both ends of a segment's media.
struct Ends<'a> {
    caller: (End, Option<&'a Network>, Option<&'a Device>),
    callee: (End, Option<&'a Network>, Option<&'a Device>),
}

impl<'a> Ends<'a> {
    fn of(session: &record::Session, segment: &Segment, media: &'a Media, people: People) -> Self {
        let caller = segment.caller.as_ref().or(session.caller.as_ref());
        let callee = segment.callee.as_ref().or(session.callee.as_ref());
        Self {
            caller: (End::of(caller, people), media.caller_network.as_ref(), media.caller_device.as_ref()),
            callee: (End::of(callee, people), media.callee_network.as_ref(), media.callee_device.as_ref()),
        }
    }
}

fn row(
    version: &Version,
    session: &record::Session,
    segment: &Segment,
    media: &Media,
    stream: &record::Stream,
    ends: &Ends<'_>,
) -> Stream {
    let measured = Measured::of(stream);
    let is_audio = is_audio(media, stream);
    let codec = stream.audio_codec.as_deref().filter(|codec| is_known(codec));
    let heard = match (measured.round_trip_ms, measured.jitter_ms, measured.loss) {
        (Some(round_trip_ms), Some(jitter_ms), Some(loss)) if is_audio => {
            Some(score(&Heard { codec, round_trip_ms, jitter_ms, loss }))
        }
        _ => None,
    };
    let direction = stream.stream_direction.as_deref();
    let (sender, receiver) = match direction {
        Some("calleeToCaller") => (&ends.callee, &ends.caller),
        _ => (&ends.caller, &ends.callee),
    };
    let network = |network: Option<&Network>| network.and_then(|n| owned(n.connection_type.as_deref()));
    let subnet = |network: Option<&Network>| network.and_then(|n| owned(n.subnet.as_deref()));
    let band = |network: Option<&Network>| network.and_then(|n| owned(n.wifi_band.as_deref()));
    let signal = |network: Option<&Network>| network.and_then(|n| n.wifi_signal_strength);
    let start = stream.start_date_time.as_deref();
    Stream {
        version: version.clone(),
        session_id: session.id.clone(),
        segment_id: owned(segment.id.as_deref()),
        stream_id: owned(stream.stream_id.as_deref()),
        start: moment(start.or(segment.start_date_time.as_deref())),
        duration_s: seconds(start, stream.end_date_time.as_deref()),
        media: owned(media.label.as_deref()),
        is_audio,
        direction: owned(direction),
        codec: owned(codec.or(stream.video_codec.as_deref().filter(|codec| is_known(codec)))),
        jitter_ms: measured.jitter_ms,
        max_jitter_ms: measured.max_jitter_ms,
        round_trip_ms: measured.round_trip_ms,
        max_round_trip_ms: measured.max_round_trip_ms,
        loss: measured.loss,
        max_loss: measured.max_loss,
        degradation: measured.degradation,
        concealed: measured.concealed,
        frame_rate: stream.average_video_frame_rate,
        packets: stream.packet_utilization.filter(|packets| *packets >= 0.0).map(|packets| packets as u64),
        media_bypassed: stream.was_media_bypassed,
        r_factor: heard.map(|score| rounded(score.r)),
        mos: heard.map(|score| rounded(score.mos)),
        poor: if is_audio { is_poor(&measured) } else { None },
        sender_id: sender.0.id.clone(),
        sender_product: sender.0.product.clone(),
        sender_platform: sender.0.platform.clone(),
        sender_version: sender.0.version.clone(),
        sender_network: network(sender.1),
        sender_subnet: subnet(sender.1),
        sender_link_mbps: speed(sender.1),
        sender_wifi_band: band(sender.1),
        sender_wifi_signal: signal(sender.1),
        sender_device: sender.2.and_then(|device| owned(device.capture_device_name.as_deref())),
        receiver_id: receiver.0.id.clone(),
        receiver_product: receiver.0.product.clone(),
        receiver_platform: receiver.0.platform.clone(),
        receiver_version: receiver.0.version.clone(),
        receiver_network: network(receiver.1),
        receiver_subnet: subnet(receiver.1),
        receiver_link_mbps: speed(receiver.1),
        receiver_wifi_band: band(receiver.1),
        receiver_wifi_signal: signal(receiver.1),
        receiver_device: receiver.2.and_then(|device| owned(device.render_device_name.as_deref())),
    }
}

/// Labels end in what is sent: `main-audio`. Where there is none, the codec says it.
fn is_audio(media: &Media, stream: &record::Stream) -> bool {
    match media.label.as_deref() {
        Some(label) if !label.is_empty() => label.to_ascii_lowercase().contains("audio"),
        _ => stream.audio_codec.as_deref().is_some_and(is_known) && stream.video_codec.is_none(),
    }
}

fn is_known(codec: &str) -> bool {
    !matches!(codec, "" | "unknown" | "invalid" | "unknownFutureValue")
}

fn speed(network: Option<&Network>) -> Option<f64> {
    let bits = network?.link_speed.filter(|bits| *bits > 0.0 && *bits < UNKNOWN_SPEED)?;
    Some(rounded(bits / 1_000_000.0))
}

fn rounded(value: f64) -> f64 {
    (value * THOUSANDTH).round() / THOUSANDTH
}
