//! Credentials against a real store and a clock that is moved.

mod panel;

use std::{path::Path, time::Duration};

use tempfile::TempDir;
use tieline_types::{
    ManualClock, Role, Timestamp,
    api::{CreateTokenRequest, CreatedToken, Right, TokenState},
};

use super::*;

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const OWN: &str = "tl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

struct Scene {
    access: Access,
    clock: Arc<ManualClock>,
    store: Arc<dyn Store>,
    _dir: TempDir,
}

fn open(dir: &Path, clock: &Arc<ManualClock>) -> Arc<dyn Store> {
    tieline_store::open("sled:data", dir, clock.clone()).unwrap()
}

fn access(store: &Arc<dyn Store>, clock: &Arc<ManualClock>, own: &str) -> Access {
    Access::new(AccessOptions {
        store: store.clone(),
        clock: clock.clone(),
        bootstrap: Digest::of(own.as_bytes()),
        entrance: None,
        public_url: "http://127.0.0.1:1".parse().unwrap(),
    })
}

impl Scene {
    fn set() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(NOW));
        let store = open(dir.path(), &clock);
        Self { access: access(&store, &clock, OWN), clock, store, _dir: dir }
    }

    async fn create(&self, role: Role, tenant: Option<&str>) -> CreatedToken {
        self.access.create_token(&Principal::bootstrap(), asked(role, tenant)).await.unwrap()
    }

    async fn held(&self, token: &CreatedToken) -> Result<Principal, Refused> {
        self.access.of_token(token.token.0.expose(), None).await
    }
}

fn asked(role: Role, tenant: Option<&str>) -> CreateTokenRequest {
    let tenant = tenant.map(|tenant| tenant.parse().unwrap());
    CreateTokenRequest { name: "nightly".into(), rights: vec![Right { role, tenant }], lasts_s: 3_600 }
}

#[tokio::test]
async fn a_token_lets_in_until_it_ends_or_is_revoked() {
    let scene = Scene::set();
    let token = scene.create(Role::Viewer, Some("acme")).await;
    let holder = scene.held(&token).await.unwrap();
    assert_eq!(holder.role_in(&"acme".parse().unwrap()), Some(Role::Viewer));
    assert_eq!(holder.role_in(&"umbra".parse().unwrap()), None);
    assert!(
        matches!(&holder.who, Who::Token { name, id } if name == "nightly" && id.to_string() == token.summary.id)
    );

    let other = scene.create(Role::Operator, None).await;
    let revoked = scene.access.revoke_token(&Principal::bootstrap(), &other.summary.id).await.unwrap();
    assert_eq!((revoked.before.state, revoked.before.revoked), (TokenState::Active, None));
    assert_eq!((revoked.after.state, revoked.after.revoked), (TokenState::Revoked, Some(NOW)));
    assert!(matches!(scene.held(&other).await, Err(Refused::Revoked(NOW))));

    scene.clock.advance(Duration::from_secs(3_599));
    assert!(scene.held(&token).await.is_ok());
    scene.clock.advance(Duration::from_secs(1));
    assert!(matches!(scene.held(&token).await, Err(Refused::Expired(_))));
    let listed = scene.access.tokens(&Principal::bootstrap()).await.unwrap();
    let states: Vec<_> = listed.iter().map(|token| token.state).collect();
    assert!(states.contains(&TokenState::Expired) && states.contains(&TokenState::Revoked));
    scene.clock.advance(Duration::from_secs(31 * 24 * 3_600));
    assert!(
        scene.access.tokens(&Principal::bootstrap()).await.unwrap().is_empty(),
        "a month later they are gone"
    );
    assert!(matches!(scene.held(&token).await, Err(Refused::Unknown)));
}

#[tokio::test]
async fn a_restoration_ends_what_may_have_been_ended_since() {
    let scene = Scene::set();
    let token = scene.create(Role::Viewer, Some("acme")).await;
    let revoked = scene.create(Role::Viewer, Some("acme")).await;
    scene.access.revoke_token(&Principal::bootstrap(), &revoked.summary.id).await.unwrap();
    let session = scene.access.sign_in_with(&token.token.0, None, None).await.unwrap();
    let own = bootstrap(&*scene.store, false).await.unwrap();

    assert_eq!(restored(&*scene.store, NOW, true).await.unwrap(), Ended { sessions: 1, tokens: 0 });
    assert!(matches!(scene.access.session(&session.id).await, Err(Refused::Unknown)));
    assert!(scene.held(&token).await.is_ok());
    assert_eq!(bootstrap(&*scene.store, false).await.unwrap().digest, own.digest);

    scene.clock.advance(Duration::from_secs(1));
    let now = scene.clock.now();
    assert_eq!(restored(&*scene.store, now, false).await.unwrap(), Ended { sessions: 0, tokens: 1 });
    assert!(matches!(scene.held(&token).await, Err(Refused::Revoked(at)) if at == now));
    assert!(matches!(scene.held(&revoked).await, Err(Refused::Revoked(NOW))), "it stays as it was");
    let another = bootstrap(&*scene.store, false).await.unwrap();
    assert!(another.digest != own.digest && another.fresh.is_some());
}

#[tokio::test]
async fn tokens_that_end_are_told_to_whom_alone_they_concern() {
    let scene = Scene::set();
    let own = scene.create(Role::Viewer, Some("acme")).await;
    let everywhere = scene.create(Role::Viewer, None).await;
    let mut both = asked(Role::Viewer, Some("acme"));
    both.rights.push(Right { role: Role::Viewer, tenant: Some("umbra".parse().unwrap()) });
    let both = scene.access.create_token(&Principal::bootstrap(), both).await.unwrap();
    let revoked = scene.create(Role::Viewer, Some("acme")).await;
    scene.access.revoke_token(&Principal::bootstrap(), &revoked.summary.id).await.unwrap();
    let ends = token_ends(&*scene.store, NOW).await.unwrap();
    let tenant = |id: &str| ends.iter().find(|end| end.id.to_string() == id).map(|end| end.tenant.clone());
    assert_eq!(tenant(&own.summary.id), Some(Some("acme".parse().unwrap())));
    assert_eq!(tenant(&everywhere.summary.id), Some(None));
    assert_eq!(tenant(&both.summary.id), Some(None));
    assert_eq!(tenant(&revoked.summary.id), None);
    assert!(token_ends(&*scene.store, NOW.after(Duration::from_secs(3_600))).await.unwrap().is_empty());
}

#[tokio::test]
async fn rights_in_a_tenant_go_with_it() {
    let scene = Scene::set();
    let (acme, umbra) = ("acme".parse().unwrap(), "umbra".parse().unwrap());
    let own = scene.create(Role::TenantAdmin, Some("acme")).await;
    let operator = scene.create(Role::Operator, None).await;
    let mut both = asked(Role::Viewer, Some("acme"));
    both.rights.push(Right { role: Role::Viewer, tenant: Some("umbra".parse().unwrap()) });
    let both = scene.access.create_token(&Principal::bootstrap(), both).await.unwrap();
    let session = scene.access.sign_in_with(&own.token.0, None, None).await.unwrap();
    assert_eq!(tenant_gone(&*scene.store, &acme, NOW).await.unwrap(), 2);
    assert!(matches!(scene.held(&own).await, Err(Refused::Revoked(NOW))));
    assert!(matches!(scene.access.session(&session.id).await, Err(Refused::Unknown)));
    let rest = scene.held(&both).await.unwrap();
    assert_eq!((rest.role_in(&acme), rest.role_in(&umbra)), (None, Some(Role::Viewer)));
    assert_eq!(scene.held(&operator).await.unwrap().role_in(&acme), Some(Role::Operator));
    assert_eq!(tenant_gone(&*scene.store, &acme, NOW).await.unwrap(), 0);
}

#[tokio::test]
async fn the_store_holds_nothing_that_lets_anybody_in() {
    let scene = Scene::set();
    let token = scene.create(Role::Operator, None).await;
    let session = scene.access.sign_in_with(&token.token.0, None, None).await.unwrap();
    let secrets = [token.token.0.expose(), &token.token.0.expose()[3..], session.id.expose()];
    let all = tieline_store::Pages::all(&*scene.store, tieline_store::Key::new(tieline_store::Space::Access));
    for (key, value) in all.await.unwrap() {
        let (key, value) = (key.to_string(), String::from_utf8_lossy(&value.bytes).into_owned());
        for secret in secrets {
            assert!(!key.contains(secret) && !value.contains(secret), "{key}");
        }
    }
    assert!(!format!("{token:?} {session:?}").contains(secrets[1]));
}

#[tokio::test]
async fn nobody_makes_sees_or_revokes_what_may_more_than_they() {
    let scene = Scene::set();
    let admin = scene.create(Role::TenantAdmin, Some("acme")).await;
    let of_operator = scene.create(Role::Operator, None).await;
    let of_umbra = scene.create(Role::Viewer, Some("umbra")).await;
    let admin_of_acme = scene.held(&admin).await.unwrap();
    for (role, tenant) in [(Role::Operator, None), (Role::Viewer, None), (Role::Viewer, Some("umbra"))] {
        let refused = scene.access.create_token(&admin_of_acme, asked(role, tenant)).await;
        assert!(matches!(refused, Err(AccessError::Forbidden(_))), "{role} {tenant:?}");
    }
    let own = scene.access.create_token(&admin_of_acme, asked(Role::Agent, Some("acme"))).await.unwrap();
    assert!(own.summary.created_by.contains("nightly"));
    let seen = scene.access.tokens(&admin_of_acme).await.unwrap();
    let mut seen: Vec<_> = seen.into_iter().map(|token| token.id).collect();
    seen.sort();
    let mut expected = [admin.summary.id.clone(), own.summary.id.clone()];
    expected.sort();
    assert_eq!(seen, expected);
    let ids = [&of_operator.summary.id, &of_umbra.summary.id, "", "0", "../x", &"0".repeat(16)];
    for id in ids.map(|id: &str| id.to_owned()) {
        let refused = scene.access.revoke_token(&admin_of_acme, &id).await;
        assert!(matches!(refused, Err(AccessError::NoToken(_))), "{id}");
    }
    assert!(scene.held(&of_umbra).await.is_ok());
    scene.access.revoke_token(&admin_of_acme, &own.summary.id).await.unwrap();
    assert!(scene.held(&own).await.is_err());
}

#[tokio::test]
async fn guesses_are_slowed_and_a_right_token_is_not_shut_out_by_a_neighbour() {
    let scene = Scene::set();
    let token = scene.create(Role::Viewer, Some("acme")).await;
    let from = Some("192.0.2.1".parse().unwrap());
    for guess in 0..20 {
        let refused = scene.access.of_token(&format!("tl_{guess}"), from).await;
        assert!(matches!(refused, Err(Refused::Unknown)), "{guess}");
    }
    assert!(matches!(scene.access.of_token("tl_again", from).await, Err(Refused::Throttled(_))));
    assert!(scene.access.of_token(token.token.0.expose(), from).await.is_ok(), "behind the same proxy");
    assert!(matches!(
        scene.access.of_token("tl_x", Some("192.0.2.2".parse().unwrap())).await,
        Err(Refused::Unknown)
    ));

    // Somebody knows how a token begins, and has many addresses.
    let real = token.token.0.expose();
    for guess in 0..20 {
        let guess = format!("{}{guess:0>32}", &real[..14]);
        let from = Some(std::net::Ipv4Addr::from(guess.len() as u32 + 7).into());
        let refused = scene.access.of_token(&guess, from).await;
        assert!(matches!(refused, Err(Refused::Unknown | Refused::Throttled(_))));
    }
    assert!(
        matches!(scene.held(&token).await, Err(Refused::Throttled(_))),
        "no guess of the rest is looked at"
    );
    assert!(scene.access.of_token(OWN, from).await.is_ok(), "another token is");
    scene.clock.advance(Duration::from_secs(60));
    assert!(scene.held(&token).await.is_ok());
}

#[tokio::test]
async fn a_session_begins_anew_and_ends_with_time_sign_out_and_its_token() {
    let scene = Scene::set();
    let token = scene.create(Role::Agent, Some("acme")).await;
    let begin = async |before: Option<&Secret>| {
        scene.access.sign_in_with(&token.token.0, before, None).await.unwrap().id
    };
    // Whoever planted a session in a browser does not get the one that its owner begins.
    let planted = begin(None).await;
    let own = begin(Some(&planted)).await;
    assert_ne!(planted, own);
    assert!(matches!(scene.access.session(&planted).await, Err(Refused::Unknown)));
    let session = scene.access.session(&own).await.unwrap();
    assert_eq!(session.principal.rights.highest(), Some(Role::Agent));

    // A word that proves where a request comes from is good for one session alone.
    let word = scene.access.csrf(&own);
    assert!(scene.access.is_csrf(&own, word.expose()));
    assert!(!scene.access.is_csrf(&planted, word.expose()) && !scene.access.is_csrf(&own, ""));

    scene.access.end_session(&own).await.unwrap();
    assert!(scene.access.session(&own).await.is_err());
    for unknown in ["", "x", own.expose(), &"A".repeat(43)] {
        assert!(matches!(scene.access.session(&Secret::new(unknown)).await, Err(Refused::Unknown)));
    }
    let revoked = begin(None).await;
    scene.access.revoke_token(&Principal::bootstrap(), &token.summary.id).await.unwrap();
    assert!(matches!(scene.access.session(&revoked).await, Err(Refused::Unknown)));
}

#[tokio::test]
async fn a_session_lives_while_it_is_used_and_no_longer_than_a_day() {
    let scene = Scene::set();
    let begin = async || scene.access.sign_in_with(&Secret::new(OWN), None, None).await.unwrap().id;
    let (idle, used) = (begin().await, begin().await);
    for _ in 0..3 {
        scene.clock.advance(Duration::from_secs(7 * 3_600));
        assert!(scene.access.session(&used).await.is_ok());
    }
    assert!(scene.access.session(&idle).await.is_err(), "eight hours without use");
    scene.clock.advance(Duration::from_secs(3 * 3_600));
    assert!(scene.access.session(&used).await.is_err(), "a day is over");

    // What somebody signed out of is not brought back by a request that was under way.
    let over = begin().await;
    scene.clock.advance(Duration::from_secs(3_600));
    let (seen, ended) = tokio::join!(scene.access.session(&over), scene.access.end_session(&over));
    assert!(seen.is_ok() || matches!(seen, Err(Refused::Unknown)));
    ended.unwrap();
    assert!(scene.access.session(&over).await.is_err());
}

#[tokio::test]
async fn who_goes_on_for_long_hears_of_every_ending_and_looks_without_using() {
    let scene = Scene::set();
    let token = scene.create(Role::Viewer, Some("acme")).await;
    let session = scene.access.sign_in_with(&Secret::new(OWN), None, None).await.unwrap().id;
    let (of_token, of_session) = (Held::token(token.token.0.expose()), Held::session(&session));
    let mut endings = scene.access.endings();
    assert_eq!(scene.access.still(&of_session).await.unwrap(), Principal::bootstrap());
    assert_eq!(scene.access.still(&Held::token(OWN)).await.unwrap(), Principal::bootstrap());
    assert!(scene.access.still(&of_token).await.is_ok() && !endings.has_changed().unwrap());
    assert_eq!(scene.access.tokens(&Principal::bootstrap()).await.unwrap()[0].last_used, None);

    scene.access.revoke_token(&Principal::bootstrap(), &token.summary.id).await.unwrap();
    assert!(endings.has_changed().unwrap());
    endings.mark_unchanged();
    assert!(matches!(scene.access.still(&of_token).await, Err(Refused::Revoked(NOW))));
    scene.access.end_session(&session).await.unwrap();
    assert!(endings.has_changed().unwrap());
    assert!(matches!(scene.access.still(&of_session).await, Err(Refused::Unknown)));

    // To look at it does not keep a session alive.
    let idle = Held::session(&scene.access.sign_in_with(&Secret::new(OWN), None, None).await.unwrap().id);
    for _ in 0..7 {
        scene.clock.advance(Duration::from_secs(3_600));
        assert!(scene.access.still(&idle).await.is_ok());
    }
    scene.clock.advance(Duration::from_secs(3_600));
    assert!(scene.access.still(&idle).await.is_err());
}

/// A verifier, and its SHA-256 as RFC 7636 shows it.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

#[tokio::test]
async fn the_hosts_own_token_is_shown_once_and_a_new_one_voids_it_and_its_sessions() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(NOW));
    let store = open(dir.path(), &clock);
    let first = bootstrap(&*store, false).await.unwrap();
    let token = first.fresh.unwrap();
    assert!(tokens::beginning(token.expose(), 8).is_some());
    assert_eq!(first.digest, Digest::of(token.expose().as_bytes()));
    let again = bootstrap(&*store, false).await.unwrap();
    assert_eq!((again.digest, again.fresh), (first.digest, None));
    let session = access(&store, &clock, token.expose()).sign_in_with(&token, None, None).await.unwrap().id;

    let renewed = bootstrap(&*store, true).await.unwrap();
    let new = renewed.fresh.unwrap();
    let access = access(&store, &clock, new.expose());
    assert!(matches!(access.of_token(token.expose(), None).await, Err(Refused::Unknown)));
    assert!(matches!(access.session(&session).await, Err(Refused::Unknown)));
    assert_eq!(access.of_token(new.expose(), None).await.unwrap(), Principal::bootstrap());
}

#[tokio::test]
async fn the_use_of_a_token_is_known_to_the_minute() {
    let scene = Scene::set();
    let token = scene.create(Role::Viewer, Some("acme")).await;
    assert_eq!(token.summary.last_used, None);
    let used = async || scene.access.tokens(&Principal::bootstrap()).await.unwrap()[0].last_used;
    scene.held(&token).await.unwrap();
    scene.clock.advance(Duration::from_secs(30));
    scene.held(&token).await.unwrap();
    assert_eq!(used().await, Some(NOW));
    scene.clock.advance(Duration::from_secs(30));
    scene.held(&token).await.unwrap();
    assert_eq!(used().await, Some(NOW.after(Duration::from_secs(60))));
}

#[tokio::test]
async fn without_an_entrance_nobody_is_sent_anywhere() {
    let scene = Scene::set();
    let Err(SignInError::Refused(problem)) = scene.access.depart(None) else { panic!() };
    assert_eq!(problem.code, "sign-in.not-set-up");
    let arrived = scene.access.arrive(&Default::default(), None, None, None).await;
    assert!(matches!(arrived, Err(SignInError::Refused(problem)) if problem.code == "sign-in.not-set-up"));
}
