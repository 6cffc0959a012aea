//! A private address stays private, however it is spelt.

use std::sync::atomic::Ordering;

use tieline_egress::EgressError;

use crate::server::{Behaviour, OK, egress, request, send, serve};

#[tokio::test]
async fn every_spelling_of_loopback_is_refused() {
    let server = serve(Behaviour::Answers(OK)).await;
    let (egress, port) = (egress(&[]), server.address.port());
    for host in [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "0x7f.1",
        "%31%32%37.0.0.1",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "0.0.0.0",
        "0",
        "localhost",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:7f00:0001]",
        "[::127.0.0.1]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b:1::127.0.0.1]",
        "[2002:7f00:1::]",
    ] {
        let error = send(&egress, request(&format!("http://{host}:{port}/"))).await.unwrap_err();
        assert!(matches!(error, EgressError::Denied(_)), "{host}: {error:?}");
    }
    for host in ["[::1%25lo]", "[fe80::1%lo]", "127.0.0.256", "0x7f.0.0.0.1", "a b"] {
        assert!(format!("http://{host}:{port}/").parse::<url::Url>().is_err(), "{host}");
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 0);
}
