//! Sessions of panels in frames.

use super::*;

#[tokio::test]
async fn a_panel_gets_a_session_for_its_tenant_by_a_code_that_is_good_once() {
    let scene = Scene::set();
    let acme = "acme".parse().unwrap();
    let own = scene.access.sign_in_with(&Secret::new(OWN), None, None).await.unwrap().id;
    let code = async || scene.access.hand_over(&own, &acme, CHALLENGE).await.unwrap().code;
    let take = async |code: &Secret, verifier: &str| {
        scene.access.take_over(code.expose(), verifier, None, None).await
    };
    let refused = |taken: Result<NewSession, SignInError>| match taken {
        Err(SignInError::Refused(problem)) => problem.code == "panel.code-refused",
        _ => false,
    };

    let first = code().await;
    let panel = take(&first, VERIFIER).await.unwrap();
    assert_eq!(panel.principal.rights.shown(), [Right { role: Role::Agent, tenant: Some(acme.clone()) }]);
    let session = scene.access.session(&panel.id).await.unwrap();
    assert_eq!((&session.principal, session.expires), (&panel.principal, NOW.after(panel.lasts)));
    assert!(refused(take(&first, VERIFIER).await), "a code is good once");

    // Whoever heard the code has no verifier, and spoils it.
    let heard = code().await;
    assert!(refused(take(&heard, CHALLENGE).await));
    assert!(refused(take(&heard, VERIFIER).await));
    let late = code().await;
    scene.clock.advance(Duration::from_secs(60));
    assert!(refused(take(&late, VERIFIER).await));
    for wrong in ["", "x", VERIFIER] {
        assert!(refused(take(&Secret::new(wrong), VERIFIER).await), "{wrong}");
    }

    // A panel hands nothing on, and ends with the session that it came of; so does a code.
    let on = scene.access.hand_over(&panel.id, &acme, CHALLENGE).await;
    assert!(matches!(on, Err(SignInError::NotLetIn(Refused::Unknown))));
    let last = code().await;
    scene.access.end_session(&own).await.unwrap();
    assert!(matches!(scene.access.session(&panel.id).await, Err(Refused::Unknown)));
    assert!(refused(take(&last, VERIFIER).await));
}

#[tokio::test]
async fn a_panel_is_handed_no_more_than_its_person_has() {
    let scene = Scene::set();
    for (role, tenant, there) in [
        (Role::Viewer, Some("acme"), Some(Role::Viewer)),
        (Role::Agent, Some("acme"), Some(Role::Agent)),
        (Role::TenantAdmin, Some("acme"), Some(Role::Agent)),
        (Role::Operator, None, Some(Role::Agent)),
        (Role::TenantAdmin, Some("umbra"), None),
    ] {
        let token = scene.create(role, tenant).await;
        let own = scene.access.sign_in_with(&token.token.0, None, None).await.unwrap().id;
        let handed = scene.access.hand_over(&own, &"acme".parse().unwrap(), CHALLENGE).await;
        let Some(role) = there else {
            assert!(matches!(handed, Err(SignInError::Refused(problem)) if problem.code == "panel.no-right"));
            continue;
        };
        let code = handed.unwrap().code;
        let panel = scene.access.take_over(code.expose(), VERIFIER, None, None).await.unwrap();
        let right = Right { role, tenant: Some("acme".parse().unwrap()) };
        assert_eq!(panel.principal.rights.shown(), [right]);
        scene.access.revoke_token(&Principal::bootstrap(), &token.summary.id).await.unwrap();
        assert!(scene.access.session(&panel.id).await.is_err(), "it ends with its person's token");
    }
    let own = scene.access.sign_in_with(&Secret::new(OWN), None, None).await.unwrap().id;
    for challenge in ["", "short", &"é".repeat(21)] {
        let refused = scene.access.hand_over(&own, &"acme".parse().unwrap(), challenge).await;
        assert!(matches!(refused, Err(SignInError::Refused(problem)) if problem.code == "panel.challenge"));
    }
}
