use reqwest::Method;
use serde_json::json;

use super::{env, refusal};
use crate::scene::answer;

#[tokio::test]
async fn the_life_of_a_row() {
    let env = env().await;
    let made = env.call(Method::POST, "accounts").json(&json!({"name": "Contoso"})).send().await.unwrap();
    assert_eq!(made.status(), 204);
    assert_eq!(made.headers()["odata-version"], "4.0");
    let address = made.headers()["odata-entityid"].to_str().unwrap().to_owned();
    let path = address.split("/v9.2/").nth(1).unwrap().to_owned();
    assert!(path.starts_with("accounts("), "{address}");

    let (status, row) = env.get(&path).await;
    assert_eq!((status, &row["name"], &row["statecode"]), (200, &json!("Contoso"), &json!(0)));
    assert_eq!(row["_ownerid_value"], env.scene.tenant().dataverse.application_user_id);
    assert!(row["@odata.etag"].as_str().unwrap().starts_with("W/\""));
    assert!(row["createdon"].as_str().unwrap().ends_with('Z'));

    let change = env.call(Method::PATCH, &path).json(&json!({"telephone1": "555", "name": null}));
    assert_eq!(answer(change).await.0, 204);
    let (_, row) = env.get(&format!("{path}?$select=name,telephone1")).await;
    assert_eq!((&row["name"], &row["telephone1"]), (&json!(null), &json!("555")));
    assert_eq!(row.as_object().unwrap().len(), 5);
    assert_eq!(env.get(&format!("{path}/telephone1")).await.1["value"], "555");

    assert_eq!(answer(env.call(Method::DELETE, &path)).await.0, 204);
    assert_eq!(refusal(env.get(&path).await), (404, "0x80040217".to_owned()));
    assert_eq!(refusal(answer(env.call(Method::DELETE, &path)).await), (404, "0x80040217".to_owned()));
}

#[tokio::test]
async fn conditions_protect_rows() {
    let env = env().await;
    let path = format!("incidents({})", env.case());
    let etag = env.get(&path).await.1["@odata.etag"].as_str().unwrap().to_owned();
    let fresh = env.call(Method::GET, &path).header("If-None-Match", &etag);
    assert_eq!(answer(fresh).await.0, 304);
    let change = |etag: &str| {
        answer(env.call(Method::PATCH, &path).header("If-Match", etag).json(&json!({"prioritycode": 3})))
    };
    assert_eq!(change(&etag).await.0, 204);
    assert_eq!(refusal(change(&etag).await), (412, "0x80060882".to_owned()));
    let delete = env.call(Method::DELETE, &path).header("If-Match", &etag);
    assert_eq!(refusal(answer(delete).await), (412, "0x80060882".to_owned()));

    let nobody = "incidents(00000000-0000-4000-8000-000000000001)";
    let only_there = env.call(Method::PATCH, nobody).header("If-Match", "*").json(&json!({"title": "x"}));
    assert_eq!(refusal(answer(only_there).await), (404, "0x80040217".to_owned()));
    let only_new = env.call(Method::PATCH, &path).header("If-None-Match", "*").json(&json!({"title": "x"}));
    assert_eq!(refusal(answer(only_new).await), (412, "0x80040237".to_owned()));
    // Everybody who follows the documentation sends this one.
    let null = env.call(Method::PATCH, nobody).header("If-None-Match", "null").json(&json!({"title": "x"}));
    assert_eq!(answer(null).await.0, 204);
    assert_eq!(env.get(nobody).await.1["title"], "x");
}

#[tokio::test]
async fn alternate_keys_find_and_make_rows() {
    let env = env().await;
    let path = "new_shipments(new_trackingnumber='TRK%2F9')";
    let upsert = |name: &str| answer(env.call(Method::PATCH, path).json(&json!({"new_name": name})));
    assert_eq!(refusal(env.get(path).await), (404, "0x80060891".to_owned()));
    assert_eq!(upsert("one").await.0, 204);
    assert_eq!(upsert("two").await.0, 204);
    let (_, row) = env.get(path).await;
    assert_eq!((&row["new_name"], &row["new_trackingnumber"]), (&json!("two"), &json!("TRK/9")));
    let twin = env.call(Method::POST, "new_shipments").json(&json!({"new_trackingnumber": "TRK/9"}));
    assert_eq!(refusal(answer(twin).await), (412, "0x80060892".to_owned()));
    assert_eq!(refusal(env.get("new_shipments(new_name='two')").await).0, 400);
}

#[tokio::test]
async fn rows_link_to_rows() {
    let env = env().await;
    let tenant = &env.scene.tenant().dataverse;
    let chat = json!({
        "subject": "Chat",
        "teamschatid": "19:a@thread.v2",
        "regardingobjectid_incident_chat@odata.bind": format!("/incidents({})", env.case()),
        "ownerid@odata.bind": format!("/teams({})", tenant.team.id),
    });
    let request = env
        .call(Method::POST, "chats")
        .header("Prefer", "return=representation,odata.include-annotations=\"*\"");
    let (status, row) = answer(request.json(&chat)).await;
    assert_eq!(status, 201, "{row}");
    assert_eq!(row["_regardingobjectid_value"], tenant.case_id);
    assert_eq!(row["_regardingobjectid_value@Microsoft.Dynamics.CRM.lookuplogicalname"], "incident");
    assert_eq!(
        row["_regardingobjectid_value@Microsoft.Dynamics.CRM.associatednavigationproperty"],
        "regardingobjectid_incident_chat"
    );
    assert_eq!(
        row["_regardingobjectid_value@OData.Community.Display.V1.FormattedValue"],
        tenant.case_title.as_str()
    );
    assert_eq!(
        (&row["_owningteam_value"], &row["_owninguser_value"]),
        (&json!(tenant.team.id), &json!(null))
    );
    assert_eq!(row["statuscode@OData.Community.Display.V1.FormattedValue"], "Open");

    // With the case goes what is about it.
    assert_eq!(answer(env.call(Method::DELETE, &format!("incidents({})", env.case()))).await.0, 204);
    let id = row["activityid"].as_str().unwrap();
    assert_eq!(env.get(&format!("chats({id})")).await.0, 404);
}

#[tokio::test]
async fn bodies_are_checked() {
    let env = env().await;
    for (set, body, code) in [
        ("accounts", json!({"nmae": "x"}), "0x80048d19"),
        ("accounts", json!({"name": 7}), "0x80048d19"),
        ("accounts", json!({"name": "x".repeat(161)}), "0x80044331"),
        ("incidents", json!({"prioritycode": 9}), "0x8004431a"),
        ("incidents", json!({"_customerid_value": env.case()}), "0x80060888"),
        ("incidents", json!({"customerid_Account@odata.bind": "/accounts(x)"}), "0x80048d19"),
        (
            "incidents",
            json!({"customerid_account@odata.bind": format!("/incidents({})", env.case())}),
            "0x80048d19",
        ),
        (
            "incidents",
            json!({"createdby@odata.bind": format!("/systemusers({})", env.user(0))}),
            "0x80048d19",
        ),
        ("accounts", json!([]), "0x80048d19"),
    ] {
        let (status, found) = refusal(answer(env.call(Method::POST, set).json(&body)).await);
        assert_eq!((status, found.as_str()), (400, code), "{body}");
    }
    let stranger =
        json!({"customerid_account@odata.bind": "/accounts(00000000-0000-4000-8000-000000000001)"});
    let stranger = answer(env.call(Method::POST, "incidents").json(&stranger)).await;
    assert_eq!(refusal(stranger), (404, "0x80040217".to_owned()));
    assert_eq!(refusal(answer(env.call(Method::PUT, "accounts")).await).0, 405);
    assert_eq!(refusal(env.get("acounts").await), (404, "0x8006088a".to_owned()));
    assert_eq!(env.get("new_externalorders").await.0, 501);
}

#[tokio::test]
async fn a_state_and_its_reason_go_together() {
    let env = env().await;
    let path = format!("incidents({})", env.case());
    for (change, state, reason) in [
        (json!({"statuscode": 5}), 1, 5),
        (json!({"statecode": 0}), 0, 1),
        (json!({"statecode": 2, "statuscode": 2000}), 2, 2000),
    ] {
        assert_eq!(answer(env.call(Method::PATCH, &path).json(&change)).await.0, 204);
        let (_, row) = env.get(&path).await;
        assert_eq!((&row["statecode"], &row["statuscode"]), (&json!(state), &json!(reason)), "{change}");
    }
}

#[tokio::test]
async fn several_rows_in_one_call_are_all_or_none() {
    let env = env().await;
    let count = async || env.get("contacts/$count").await.1;
    let before = count().await;
    let create = |targets: serde_json::Value| {
        let path = "contacts/Microsoft.Dynamics.CRM.CreateMultiple";
        answer(env.call(Method::POST, path).json(&json!({"Targets": targets})))
    };
    assert_eq!(create(json!([{"lastname": "One"}, {"lastname": 2}])).await.0, 400);
    assert_eq!(count().await, before);
    let (status, made) = create(json!([{"lastname": "One"}, {"firstname": "B", "lastname": "Two"}])).await;
    assert_eq!(status, 200);
    let ids = made["Ids"].as_array().unwrap();
    let update =
        json!({"Targets": [{"contactid": ids[0], "jobtitle": "x"}, {"contactid": ids[1], "jobtitle": "y"}]});
    let path = "contacts/Microsoft.Dynamics.CRM.UpdateMultiple";
    assert_eq!(answer(env.call(Method::POST, path).json(&update)).await.0, 204);
    let (_, second) = env.get(&format!("contacts({})", ids[1].as_str().unwrap())).await;
    assert_eq!((&second["fullname"], &second["jobtitle"]), (&json!("B Two"), &json!("y")));
}
