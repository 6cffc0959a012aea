use reqwest::Method;
use serde_json::{Value, json};

use super::{Env, env, refusal};
use crate::scene::answer;

#[tokio::test]
async fn only_tokens_for_the_environment_are_good() {
    let env = env().await;
    let graph = env.scene.graph_token().await;
    let refused = env.scene.dataverse(Method::GET, &graph, "WhoAmI").send().await.unwrap();
    assert_eq!(refused.status(), 401);
    let challenge = refused.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("authorization_uri=") && challenge.contains("resource_id="), "{challenge}");
    let (status, _) = env.scene.get(&env.token, "/users").await;
    assert_eq!(status, 401, "Graph takes no token for Dataverse");

    let (status, who) = env.get("WhoAmI()").await;
    let tenant = &env.scene.tenant().dataverse;
    assert_eq!((status, &who["UserId"]), (200, &json!(tenant.application_user_id)));
    assert_eq!(who["OrganizationId"], json!(tenant.organization_id));
}

#[tokio::test]
async fn the_application_user_can_be_missing_or_disabled() {
    let env = env().await;
    for (state, status, code) in [("absent", 403, "0x80072560"), ("disabled", 403, "0x80040225")] {
        env.control(Method::POST, "/application-user", json!({"state": state})).await;
        assert_eq!(refusal(env.get("WhoAmI").await), (status, code.to_owned()));
    }
    env.control(Method::POST, "/application-user", json!({"state": "enabled"})).await;
    assert_eq!(env.get("WhoAmI").await.0, 200);
}

#[tokio::test]
async fn a_missing_privilege_has_a_name() {
    let env = env().await;
    let change =
        json!({"role": "Tieline Service", "privileges": {"prvReadIncident": null, "prvReadEntity": null}});
    env.control(Method::POST, "/privileges", change).await;
    let (status, body) = env.get("incidents").await;
    assert_eq!((status, &body["error"]["code"]), (403, &json!("0x80040220")));
    let message = body["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("is missing prvReadIncident privilege") && message.contains("OTC=112"),
        "{message}"
    );
    assert_eq!(refusal(env.get("EntityDefinitions").await), (403, "0x80040220".to_owned()));
    let unknown = json!({"role": "Tieline Service", "privileges": {"prvFrob": "Global"}});
    assert_eq!(env.scene.control(Method::POST, "/dataverse/privileges", unknown).await.0, 400);
}

async fn rights(env: &Env, user: usize, case: usize) -> String {
    let case = &env.scene.tenant().dataverse.cases[case].id;
    let target = format!("%7B'@odata.id':'incidents({case})'%7D");
    let function = "Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@t)";
    let (status, body) = env.get(&format!("systemusers({})/{function}?@t={target}", env.user(user))).await;
    assert_eq!(status, 200, "{body}");
    body["AccessRights"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn rights_to_a_record_come_of_roles_owners_and_teams() {
    let env = env().await;
    let all =
        "ReadAccess, WriteAccess, AppendAccess, AppendToAccess, DeleteAccess, ShareAccess, AssignAccess";
    let some = "ReadAccess, AppendToAccess";
    for (user, case, expected) in [
        (0, 0, all),          // owns it
        (0, 1, some),         // another's
        (1, 0, all),          // a manager
        (2, 2, all),          // a member of the team that owns it
        (3, 0, some),         // an agent without anything to do with it
        (4, 0, "ReadAccess"), // only reads
    ] {
        assert_eq!(rights(&env, user, case).await, expected, "user {user}, case {case}");
    }
    let nobody = json!({"user": env.user(4), "roles": []});
    env.control(Method::POST, "/roles", nobody).await;
    assert_eq!(rights(&env, 4, 0).await, "None");
}

#[tokio::test]
async fn privileges_are_told_by_name() {
    let env = env().await;
    let held = async |user: usize, privilege: &str| {
        let function = format!(
            "Microsoft.Dynamics.CRM.RetrieveUserPrivilegeByPrivilegeName(PrivilegeName='{privilege}')"
        );
        env.get(&format!("systemusers({})/{function}", env.user(user))).await
    };
    let depth = |body: &Value| body["RolePrivileges"][0]["Depth"].clone();
    assert_eq!(depth(&held(0, "prvUnlinkTeamsChatFromRecord").await.1), "Global");
    assert_eq!(held(4, "prvUnlinkTeamsChatFromRecord").await.1["RolePrivileges"], json!([]));
    assert_eq!(depth(&held(0, "prvwriteincident").await.1), "Basic");
    assert_eq!(held(0, "prvFrob").await.0, 404);
    let path = format!("systemusers({})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()", env.user(1));
    let (_, body) = env.get(&path).await;
    let names: Vec<&str> = body["RolePrivileges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["PrivilegeName"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"prvUnlinkTeamsChatFromRecord") && !names.contains(&"prvWriteUser"));
}

#[tokio::test]
async fn somebody_else_can_be_worked_for() {
    let env = env().await;
    let oid = |place: usize| env.scene.tenant().users[place].id.clone();
    let note = |oid: String| {
        let request = env.call(Method::POST, "annotations").header("CallerObjectId", oid);
        answer(request.header("Prefer", "return=representation").json(&json!({"subject": "x"})))
    };
    let (status, row) = note(oid(0)).await;
    assert_eq!((status, &row["_createdby_value"]), (201, &json!(env.user(0))), "{row}");
    assert_eq!(row["_createdonbehalfby_value"], env.scene.tenant().dataverse.application_user_id);
    let last = env.scene.tenant().users.len() - 1;
    assert_eq!(refusal(note(oid(last)).await), (403, "0x80072560".to_owned()));
    assert_eq!(refusal(note(oid(4)).await), (403, "0x80040220".to_owned()));
    let write =
        env.call(Method::PATCH, &format!("incidents({})", env.case())).header("CallerObjectId", oid(3));
    assert_eq!(refusal(answer(write.json(&json!({"title": "x"}))).await), (403, "0x80048306".to_owned()));
    let change = json!({"role": "Tieline Service", "privileges": {"prvActOnBehalfOfAnotherUser": null}});
    env.control(Method::POST, "/privileges", change).await;
    let (status, body) = note(oid(0)).await;
    assert_eq!(status, 403);
    assert!(body["error"]["message"].as_str().unwrap().contains("prvActOnBehalfOfAnotherUser"));
}
