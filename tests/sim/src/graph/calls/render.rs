//! A call as JSON, field by field as in the documentation. What its shape does not say follows from its number.

use serde_json::{Value, json};

use super::store::{Call, Shape};
use crate::seed::{SeedUser, USERS};
use crate::{clock, ids};

const RELAY: &str = "52.114.188.32";

/// The call itself, without sessions.
pub(super) fn record(call: &Call, directory_id: &str) -> Value {
    let Call { id, version, start_ms, modified_ms, shape, .. } = call;
    let organizer = user(shape, 0, directory_id);
    json!({
        "id": id,
        "version": version,
        "type": if shape.group { "groupCall" } else { "peerToPeer" },
        "modalities": ["audio"],
        "lastModifiedDateTime": clock::graph_resource(*modified_ms),
        "startDateTime": clock::graph_resource(*start_ms),
        "endDateTime": clock::graph_resource(start_ms + shape.duration_ms),
        "joinWebUrl": shape.group.then(|| format!("https://teams.microsoft.com/l/meetup-join/{id}")),
        "organizer": organizer,
        "organizer_v2": {"id": person(shape, 0).object_id(), "identity": organizer, "administrativeUnitInfos": []},
        "participants": [],
    })
}

/// Who took part, from the first after `skip`.
pub(super) fn participants(call: &Call, directory_id: &str, skip: u32, take: u32) -> Vec<Value> {
    let shape = &call.shape;
    let end = shape.participants.min(skip.saturating_add(take));
    let one = |at: u32| match &shape.phone {
        Some(number) if at == 1 => {
            json!({"id": number, "identity": phone(number), "administrativeUnitInfos": []})
        }
        _ => json!({
            "id": participant_id(shape, at),
            "identity": named(&participant_id(shape, at), &participant_name(shape, at), directory_id),
            "administrativeUnitInfos": [],
        }),
    };
    (skip..end).map(one).collect()
}

/// Their ids.
pub(super) fn participant_ids(call: &Call) -> impl Iterator<Item = String> {
    (0..call.shape.participants).map(|at| match &call.shape.phone {
        Some(number) if at == 1 => number.clone(),
        _ => participant_id(&call.shape, at),
    })
}

/// Sessions from the first after `skip`, with their segments if these are wanted.
pub(super) fn sessions(call: &Call, directory_id: &str, skip: u32, take: u32, segments: bool) -> Vec<Value> {
    let end = call.shape.sessions.min(skip.saturating_add(take));
    (skip..end).map(|at| session(call, directory_id, at, segments)).collect()
}

fn session(call: &Call, directory_id: &str, at: u32, segments: bool) -> Value {
    let shape = &call.shape;
    let id = match at {
        0 => call.id.clone(),
        _ => ids::guid_of(&format!("session/{}/{at}", call.id)),
    };
    let (start, end) = (call.start_ms, call.start_ms + shape.duration_ms);
    let times = (clock::graph_resource(start), clock::graph_resource(end));
    let (caller, callee) = (caller(shape, at, directory_id), callee(shape, directory_id));
    let failed = at < shape.failed_sessions;
    let failure = shape.failure.as_ref().filter(|_| failed);
    let mut session = json!({
        "id": id,
        "modalities": ["audio"],
        "startDateTime": times.0,
        "endDateTime": times.1,
        "caller": caller,
        "callee": callee,
        "failureInfo": failure.map(|(stage, reason)| json!({"stage": stage, "reason": reason})),
        "isTest": false,
    });
    if segments {
        session["segments"] = json!([{
            "id": id,
            "startDateTime": times.0,
            "endDateTime": times.1,
            "caller": session["caller"],
            "callee": session["callee"],
            "failureInfo": null,
            // Nobody hears anything of a call that was never set up.
            "media": if failed { json!([]) } else { json!([media(shape, at, &times)]) },
        }]);
    }
    session
}

fn caller(shape: &Shape, at: u32, directory_id: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.callRecords.participantEndpoint",
        "userAgent": {
            "@odata.type": "#microsoft.graph.callRecords.clientUserAgent",
            "headerValue": format!("CallSignalingAgent (27/1.4.00.{:04}//;release_{})", 1000 + shape.number % 7, shape.platform),
            "applicationVersion": format!("1.4.00.{:04}", 1000 + shape.number % 7),
            "platform": shape.platform,
            "productFamily": "teams",
            "communicationServiceId": null,
            "azureADAppId": null,
        },
        "identity": user(shape, at, directory_id),
        "feedback": shape.rating.as_ref().filter(|_| at == 0).map(|rating| json!({"rating": rating, "text": null, "tokens": {"Noisy": true}})),
    })
}

/// In a group a service is at the other end; else a person, or a telephone behind a media server.
fn callee(shape: &Shape, directory_id: &str) -> Value {
    if shape.group || shape.phone.is_some() {
        let identity = shape.phone.as_deref().map(phone);
        return json!({
            "@odata.type": "#microsoft.graph.callRecords.serviceEndpoint",
            "userAgent": {
                "@odata.type": "#microsoft.graph.callRecords.serviceUserAgent",
                "headerValue": "CallSignalingAgent (conversationservice)",
                "applicationVersion": null,
                "role": if shape.phone.is_some() { "mediationServer" } else { "mediaController" },
            },
            "identity": identity,
        });
    }
    json!({
        "@odata.type": "#microsoft.graph.callRecords.participantEndpoint",
        "userAgent": {
            "@odata.type": "#microsoft.graph.callRecords.clientUserAgent",
            "headerValue": "CallSignalingAgent (27/1.4.00.2000//;release_windows)",
            "applicationVersion": "1.4.00.2000",
            "platform": "windows",
            "productFamily": "teams",
        },
        "identity": user(shape, 1, directory_id),
        "feedback": null,
    })
}

fn media(shape: &Shape, at: u32, (start, end): &(String, String)) -> Value {
    let network = |kind: &str, last: u64| {
        json!({
            "connectionType": kind,
            "ipAddress": format!("10.{}.0.{last}", 100 + shape.number % 50),
            "subnet": format!("10.{}.0.0", 100 + shape.number % 50),
            "linkSpeed": if kind == "wired" { 4_294_967_295_u64 } else { 54_000_000 },
            "port": 50_011,
            "reflexiveIPAddress": "127.0.0.2",
            "relayIPAddress": RELAY,
            "relayPort": 53_889,
            "macAddress": "00-00-00-00-00-00",
            "dnsSuffix": null,
            "wifiBand": if kind == "wifi" { "frequency50GHz" } else { "unknown" },
            "wifiSignalStrength": (kind == "wifi").then_some(80),
            "sentQualityEventRatio": 0,
            "receivedQualityEventRatio": 0.27,
        })
    };
    let device = |name: &str| {
        json!({
            "captureDeviceName": format!("{name} microphone"),
            "captureDeviceDriver": "Microsoft: 10.0.22621.1",
            "renderDeviceName": format!("{name} speaker"),
            "renderDeviceDriver": "Microsoft: 10.0.22621.1",
            "receivedSignalLevel": -10,
            "receivedNoiseLevel": -68,
            "micGlitchRate": 23,
            "speakerGlitchRate": 3830,
        })
    };
    let stream = |direction: &str, id: u64, worse: f64| {
        json!({
            "streamId": (id + u64::from(at)).to_string(),
            "streamDirection": direction,
            "startDateTime": start,
            "endDateTime": end,
            "audioCodec": "satin",
            "videoCodec": "unknown",
            "averageAudioDegradation": null,
            "averageJitter": duration(shape.jitter_ms * worse),
            "maxJitter": duration(shape.jitter_ms * worse * 2.0),
            "averagePacketLossRate": (shape.loss * worse).min(1.0),
            "maxPacketLossRate": (shape.loss * worse * 2.0).min(1.0),
            "averageRatioOfConcealedSamples": null,
            "maxRatioOfConcealedSamples": null,
            "averageRoundTripTime": duration(shape.round_trip_ms),
            "maxRoundTripTime": duration(shape.round_trip_ms * 1.5),
            "packetUtilization": 709,
            "averageBandwidthEstimate": 9_965_083,
            "averageVideoFrameRate": null,
            "wasMediaBypassed": false,
        })
    };
    json!({
        "label": "main-audio",
        "callerNetwork": network(&shape.network, 2),
        "calleeNetwork": network("wired", 12),
        "callerDevice": device(&shape.device),
        "calleeDevice": device("Default"),
        "streams": [stream("callerToCallee", 1_504_545_584, 1.0), stream("calleeToCaller", 1_785_122_252, 0.5)],
    })
}

/// `PT0.016S`
fn duration(ms: f64) -> String {
    let text = format!("{:.3}", ms / 1_000.0);
    format!("PT{}S", text.trim_end_matches('0').trim_end_matches('.'))
}

fn user(shape: &Shape, at: u32, directory_id: &str) -> Value {
    named(&participant_id(shape, at), &participant_name(shape, at), directory_id)
}

fn named(id: &str, name: &str, directory_id: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.communicationsIdentitySet",
        "user": {"id": id, "displayName": name, "tenantId": directory_id},
        "phone": null, "guest": null, "encrypted": null, "onPremises": null, "acsUser": null,
        "application": null, "device": null,
    })
}

fn phone(number: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.communicationsIdentitySet",
        "phone": {"id": number, "displayName": null},
        "user": null, "guest": null, "application": null, "device": null,
    })
}

/// The people of a call: those who work here, and beyond these somebody from elsewhere.
fn person(shape: &Shape, at: u32) -> &'static SeedUser {
    let people = USERS.len() as u64;
    let place = (shape.number + u64::from(at)) % people;
    &USERS[usize::try_from(place).unwrap_or_default()]
}

fn participant_id(shape: &Shape, at: u32) -> String {
    match usize::try_from(at).is_ok_and(|at| at < USERS.len()) {
        true => person(shape, at).object_id(),
        false => ids::guid_of(&format!("visitor/{at}")),
    }
}

fn participant_name(shape: &Shape, at: u32) -> String {
    match usize::try_from(at).is_ok_and(|at| at < USERS.len()) {
        true => person(shape, at).name(),
        false => format!("Visitor {at}"),
    }
}
