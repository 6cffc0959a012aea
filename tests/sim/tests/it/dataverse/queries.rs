use reqwest::Method;
use serde_json::{Value, json};

use super::{Env, env, refusal};
use crate::scene::answer;

async fn names(env: &Env, path: &str) -> Vec<String> {
    let (status, body) = env.get(path).await;
    assert_eq!(status, 200, "{path}: {body}");
    let name = |row: &Value| row.get("title").or(row.get("name")).unwrap().as_str().unwrap().to_owned();
    body["value"].as_array().unwrap().iter().map(name).collect()
}

#[tokio::test]
async fn filters_orders_and_tops() {
    let env = env().await;
    for (path, expected) in [
        ("incidents?$select=title&$filter=prioritycode eq 1", vec!["Conveyor stops at night"]),
        (
            "incidents?$filter=contains(title,'MAIL') or startswith(title,'kiosk')&$orderby=title desc",
            vec!["Password reset mail never arrives", "Kiosk screen flickers"],
        ),
        ("accounts?$orderby=revenue desc&$top=2&$select=name,revenue", vec!["Delphi Museums", "Acme Ltd"]),
        ("accounts?$filter=primarycontactid/fullname eq 'Luca Marsh'", vec!["Birch & Sons"]),
        (
            "accounts?$filter=Microsoft.Dynamics.CRM.In(PropertyName='accountnumber',PropertyValues=['AC-0001','AC-0003'])",
            vec!["Acme Ltd", "Corvid Robotics"],
        ),
        ("accounts?$filter=not (createdon lt 2030-01-01T00:00:00Z)", vec![]),
    ] {
        assert_eq!(names(&env, path).await, expected, "{path}");
    }
    let owner = format!("incidents?$filter=_ownerid_value eq {}", env.scene.tenant().dataverse.team.id);
    assert_eq!(names(&env, &owner).await, ["Kiosk screen flickers"]);
    let members = "teams?$filter=teammembership_association/any(m:m/fullname eq 'Robin Kline')";
    assert_eq!(names(&env, members).await, ["Tier 2 Support"]);
}

#[tokio::test]
async fn what_is_not_known_is_refused() {
    let env = env().await;
    for (path, status, code) in [
        ("accounts?$select=nmae", 400, "0x80060888"),
        ("accounts?$filter=nmae eq 1", 400, "0x80060888"),
        ("accounts?$filter=name eq", 400, "0x80060888"),
        ("accounts?$orderby=nmae", 400, "0x80060888"),
        ("accounts?$expand=nmae", 400, "0x80060888"),
        ("accounts?$top=0", 400, "0x80060888"),
        ("accounts?$frob=1", 400, "0x80060888"),
        ("accounts?$apply=aggregate(revenue with sum as total)", 501, "0x80060888"),
        ("accounts?fetchXml=<fetch/>", 501, "0x80060888"),
        ("accounts(1", 400, "0x80060888"),
        ("Frob()", 404, "0x8006088a"),
    ] {
        assert_eq!(refusal(env.get(path).await), (status, code.to_owned()), "{path}");
    }
}

#[tokio::test]
async fn long_results_come_in_pages() {
    let env = env().await;
    for number in 0..7 {
        let row = json!({"new_name": format!("S{number}")});
        assert_eq!(answer(env.call(Method::POST, "new_shipments").json(&row)).await.0, 204);
    }
    let base = env.scene.sim.manifest().dataverse.clone();
    let mut url = format!(
        "{base}/api/data/v9.2/new_shipments?$select=new_name&$count=true&$filter=startswith(new_name,'S')"
    );
    let mut sizes = Vec::new();
    loop {
        let request =
            env.scene.client.get(&url).bearer_auth(&env.token).header("Prefer", "odata.maxpagesize=3");
        let (status, page) = answer(request).await;
        assert_eq!((status, &page["@odata.count"]), (200, &json!(8)));
        sizes.push(page["value"].as_array().unwrap().len());
        match page["@odata.nextLink"].as_str() {
            Some(next) => url = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(sizes, [3, 3, 2]);
    assert_eq!(env.get("new_shipments/$count?$filter=startswith(new_name,'S')").await.1, json!(8));
}

#[tokio::test]
async fn related_rows_come_along() {
    let env = env().await;
    let path = format!(
        "incidents({})?$select=title&$expand=customerid_account($select=name;$expand=primarycontactid($select=fullname)),customerid_contact",
        env.case()
    );
    let (status, row) = env.get(&path).await;
    assert_eq!(status, 200, "{row}");
    assert_eq!(row["customerid_account"]["name"], "Acme Ltd");
    assert_eq!(row["customerid_account"]["primarycontactid"]["fullname"], "Nia Marsh");
    assert_eq!(row["customerid_contact"], json!(null));
    let user = env.user(2);
    let (_, row) =
        env.get(&format!("systemusers({user})?$expand=teammembership_association($select=name)")).await;
    assert_eq!(row["teammembership_association"][0]["name"], "Tier 2 Support");
    let (_, roles) = env.get(&format!("systemusers({user})/systemuserroles_association?$select=name")).await;
    assert_eq!(roles["value"][0]["name"], "Customer Service Representative");
    let team = &env.scene.tenant().dataverse.team.id;
    let (_, members) =
        env.get(&format!("teammemberships?$select=systemuserid&$filter=teamid eq {team}")).await;
    assert_eq!(members["value"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn labels_come_with_values_when_asked_for() {
    let env = env().await;
    let one = |prefer: &'static str| {
        let path = format!("incidents({})?$select=prioritycode,isescalated,_customerid_value", env.case());
        answer(env.call(Method::GET, &path).header("Prefer", prefer))
    };
    let (_, bare) = one("").await;
    assert!(bare.as_object().unwrap().keys().all(|name| !name.contains("OData.Community")), "{bare}");
    let (_, row) = one("odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\"").await;
    let label = |name: &str| &row[format!("{name}@OData.Community.Display.V1.FormattedValue")];
    assert_eq!(label("prioritycode"), "High");
    assert_eq!(label("isescalated"), "No");
    assert_eq!(label("_customerid_value"), "Acme Ltd");
    assert!(row.get("_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname").is_none());
}
