use aws_lc_rs::cipher::{AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use reqwest::Method;
use serde_json::{Value, json};
use tieline_sim::NewMessage;

use crate::scene::{Endpoint, Manners, answer, eventually, scene};

struct Subscriber {
    key: OaepPrivateDecryptingKey,
    certificate: String,
}

impl Subscriber {
    fn new() -> Self {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let made = CertificateParams::new(vec!["app".to_owned()]).unwrap().self_signed(&pair).unwrap();
        let key = PrivateDecryptingKey::from_pkcs8(&pair.serialize_der()).unwrap();
        Self {
            key: OaepPrivateDecryptingKey::new(key).unwrap(),
            certificate: BASE64_STANDARD.encode(made.der()),
        }
    }

    /// As the documentation says it: the signature first.
    fn read(&self, content: &Value) -> Option<Value> {
        let bytes = |name: &str| BASE64_STANDARD.decode(content[name].as_str().unwrap()).unwrap();
        let mut key = vec![0; self.key.min_output_size()];
        let key = self.key.decrypt(&OAEP_SHA1_MGF1SHA1, &bytes("dataKey"), &mut key, None).ok()?;
        let mut data = bytes("data");
        let signing = hmac::Key::new(hmac::HMAC_SHA256, key);
        hmac::verify(&signing, &data, &bytes("dataSignature")).ok()?;
        let iv: [u8; 16] = key[..16].try_into().unwrap();
        let cipher = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_256, key).unwrap());
        let context = DecryptionContext::Iv128(FixedLength::from(&iv));
        serde_json::from_slice(cipher.unwrap().decrypt(&mut data, context).ok()?).ok()
    }
}

fn claims(token: &Value) -> Value {
    let part = token.as_str().unwrap().split('.').nth(1).unwrap();
    let decoded = base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(part).unwrap();
    serde_json::from_slice(&decoded).unwrap()
}

#[tokio::test]
async fn a_message_comes_encrypted_for_its_subscriber() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let (endpoint, url) = Endpoint::start(Manners::Good).await;
    let (first, second) = (Subscriber::new(), Subscriber::new());
    let mut wish = scene.wish(&url);
    wish["includeResourceData"] = true.into();
    assert_eq!(scene.subscribe(&token, &wish).await.0, 400, "a certificate is needed");
    wish["encryptionCertificate"] = "bm90aGluZw==".into();
    wish["encryptionCertificateId"] = "one".into();
    assert_eq!(scene.subscribe(&token, &wish).await.0, 400, "and it must be one");
    wish["encryptionCertificate"] = first.certificate.clone().into();
    let (status, made) = scene.subscribe(&token, &wish).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(
        (&made["includeResourceData"], &made["encryptionCertificateId"]),
        (&json!(true), &json!("one"))
    );

    let world = scene.sim.world();
    let posted = world.post_message(&NewMessage::text("Hello")).unwrap();
    eventually(|| endpoint.bodies.lock().len() == 1).await;
    let body = endpoint.bodies.lock()[0].clone();
    let content = &body["value"][0]["encryptedContent"];
    assert_eq!(content["encryptionCertificateId"], "one");
    let message = first.read(content).unwrap();
    assert_eq!((&message["id"], &message["body"]["content"]), (&json!(posted.message_id), &json!("Hello")));
    assert!(second.read(content).is_none());
    let said = claims(&body["validationTokens"][0]);
    assert_eq!(said["aud"], scene.tenant().client_id);
    assert_eq!(said["iss"], format!("https://sts.windows.net/{}/", scene.tenant().directory_id));
    assert_eq!(said["appid"], "0bf30f3b-4a52-48df-9a82-234910c4a086");

    // Another certificate from now on.
    let id = made["id"].as_str().unwrap();
    let renewal = json!({ "encryptionCertificate": second.certificate, "encryptionCertificateId": "two" });
    let patch = scene.graph(Method::PATCH, &token, &format!("/subscriptions/{id}")).json(&renewal);
    assert_eq!(answer(patch).await.0, 200);
    world.post_message(&NewMessage::text("Again")).unwrap();
    eventually(|| endpoint.bodies.lock().len() == 2).await;
    let body = endpoint.bodies.lock()[1].clone();
    let content = &body["value"][0]["encryptedContent"];
    assert_eq!(content["encryptionCertificateId"], "two");
    assert!(first.read(content).is_none());
    assert_eq!(second.read(content).unwrap()["body"]["content"], "Again");
}

#[tokio::test]
async fn tampering_is_scripted() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let (endpoint, url) = Endpoint::start(Manners::Good).await;
    let subscriber = Subscriber::new();
    let mut wish = scene.wish(&url);
    wish["includeResourceData"] = true.into();
    wish["encryptionCertificate"] = subscriber.certificate.clone().into();
    wish["encryptionCertificateId"] = "one".into();
    let (_, made) = scene.subscribe(&token, &wish).await;
    let quiet = NewMessage { notify: false, ..NewMessage::text("Hello") };
    let posted = scene.sim.world().post_message(&quiet).unwrap();
    for tamper in ["data", "signature", "key", "no-token", "audience", "issuer", "publisher", "expired"] {
        let item = json!({
            "subscription_id": made["id"], "message_id": posted.message_id, "tamper": tamper,
        });
        let sent = scene.control(Method::POST, "/graph/notifications", json!({ "items": [item] })).await;
        assert_eq!(sent.0, 200, "{sent:?}");
        let body = endpoint.bodies.lock().pop().unwrap();
        let content = &body["value"][0]["encryptedContent"];
        let sealed = !["data", "signature", "key"].contains(&tamper);
        assert_eq!(subscriber.read(content).is_some(), sealed, "{tamper}");
        if tamper == "no-token" {
            assert_eq!(body.get("validationTokens"), None);
            continue;
        }
        let said = claims(&body["validationTokens"][0]);
        assert_eq!(said["aud"] != scene.tenant().client_id, tamper == "audience", "{tamper}");
        assert_eq!(said["tid"] != scene.tenant().directory_id, tamper == "issuer", "{tamper}");
        assert_eq!(
            said["appid"] != "0bf30f3b-4a52-48df-9a82-234910c4a086",
            tamper == "publisher",
            "{tamper}"
        );
        let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
        assert_eq!(said["exp"].as_u64().unwrap() < now, tamper == "expired", "{tamper}");
    }
}
