//! What was sent in a segment: streams, and the networks and devices at both ends.

use serde::Deserialize;

/// A kind of sound or picture, with its streams.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Media {
    /// `main-audio`, `main-video`, `applicationsharing-video`, …
    pub label: Option<String>,
    /// The caller's network.
    pub caller_network: Option<Network>,
    /// The callee's.
    pub callee_network: Option<Network>,
    /// The caller's devices.
    pub caller_device: Option<Device>,
    /// The callee's.
    pub callee_device: Option<Device>,
    /// The streams, of either direction.
    pub streams: Option<Vec<Stream>>,
}

/// A network at an end.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Network {
    /// `wired`, `wifi`, `mobile`, `tunnel`, `unknown`.
    pub connection_type: Option<String>,
    /// `10.150.0.0`
    pub subnet: Option<String>,
    /// Bits a second; 4294967295 where nobody knows.
    pub link_speed: Option<f64>,
    /// Of a wireless one: `frequency24GHz`, …
    pub wifi_band: Option<String>,
    /// Of a wireless one, in percent.
    pub wifi_signal_strength: Option<f64>,
}

/// Devices at an end.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Device {
    /// The microphone or camera.
    pub capture_device_name: Option<String>,
    /// The loudspeaker or screen.
    pub render_device_name: Option<String>,
}

/// A stream of sound or picture in one direction. Durations are as ISO 8601 has them, rates from 0 to 1.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Stream {
    /// Its id.
    pub stream_id: Option<String>,
    /// `callerToCallee` or `calleeToCaller`.
    pub stream_direction: Option<String>,
    /// When it began.
    pub start_date_time: Option<String>,
    /// When it ended.
    pub end_date_time: Option<String>,
    /// `g722`, `silkWide`, `satin`, …
    pub audio_codec: Option<String>,
    /// `h264`, …
    pub video_codec: Option<String>,
    /// How much the time between packets varied, on average.
    pub average_jitter: Option<String>,
    /// At most.
    pub max_jitter: Option<String>,
    /// How long a packet took there and back, on average.
    pub average_round_trip_time: Option<String>,
    /// At most.
    pub max_round_trip_time: Option<String>,
    /// The share of packets that were lost, on average.
    pub average_packet_loss_rate: Option<f64>,
    /// At most.
    pub max_packet_loss_rate: Option<f64>,
    /// How many points of the mean opinion score the network took, by Microsoft's own measure.
    pub average_audio_degradation: Option<f64>,
    /// The share of samples that were made up in place of lost ones.
    pub average_ratio_of_concealed_samples: Option<f64>,
    /// Pictures a second.
    pub average_video_frame_rate: Option<f64>,
    /// How many packets there were.
    pub packet_utilization: Option<f64>,
    /// Whether it went past the telephone system's media server.
    pub was_media_bypassed: Option<bool>,
}
