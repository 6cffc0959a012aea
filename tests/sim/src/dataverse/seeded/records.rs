//! Accounts, contacts, cases, and one each of what else chats can be connected to.

use serde_json::json;

use super::{Seed, team_id, user_id};
use crate::ids;
use crate::seed::{DEALS, USERS};

/// Cases: title, priority, and who owns it: a user's place, or the team.
const CASES: [(&str, i32, Option<usize>); 4] = [
    ("Conveyor stops at night", 1, Some(0)),
    ("Invoice shows the wrong currency", 2, Some(2)),
    ("Kiosk screen flickers", 3, None),
    ("Password reset mail never arrives", 2, Some(1)),
];

pub(super) fn fill(seed: &mut Seed) {
    let owner = |place: Option<usize>| match place {
        Some(place) => ("ownerid", "systemuser", user_id(&USERS[place])),
        None => ("ownerid", "team", team_id()),
    };
    for (number, deal) in DEALS.iter().enumerate() {
        let account = ids::guid_of(&format!("dataverse/account/{number}"));
        let contact = ids::guid_of(&format!("dataverse/contact/{number}"));
        let fields = json!({
            "name": deal.account, "accountnumber": format!("AC-{:04}", number + 1),
            "revenue": f64::from(deal.amount), "numberofemployees": 40 * (number + 1),
            "telephone1": format!("+44 20 7946 02{number:02}"), "address1_city": "London",
        });
        let links = [owner(Some(0)), ("primarycontactid", "contact", contact.clone())];
        seed.add("account", &account, fields, &links);
        let first = ["Nia", "Luca", "Hana", "Piotr"][number];
        let fields = json!({
            "fullname": format!("{first} Marsh"), "firstname": first, "lastname": "Marsh",
            "emailaddress1": format!("{}@customer{number}.example", first.to_lowercase()), "jobtitle": "Operations",
        });
        seed.add(
            "contact",
            &contact,
            fields,
            &[owner(Some(0)), ("parentcustomerid", "account", account.clone())],
        );
        let (title, priority, holder) = CASES[number];
        let fields = json!({
            "title": title, "ticketnumber": format!("CAS-{:05}-L4K3S1", 1001 + number), "prioritycode": priority,
            "caseorigincode": 2, "description": format!("{title}, reported by {first} Marsh."),
        });
        let links =
            [owner(holder), ("customerid", "account", account), ("primarycontactid", "contact", contact)];
        seed.add("incident", &case_id(number), fields, &links);
    }
    let article = ids::guid_of("dataverse/article");
    let fields = json!({"title": "Resetting a conveyor", "articlepublicnumber": "KA-01001", "statecode": 3, "statuscode": 7});
    seed.add("knowledgearticle", &article, fields, &[owner(Some(1))]);
    let mail = ids::guid_of("dataverse/email");
    let about = ("regardingobjectid", "incident", case_id(0));
    seed.add(
        "email",
        &mail,
        json!({"subject": "Conveyor, again", "directioncode": true}),
        &[owner(Some(0)), about],
    );
    let shipment = ids::guid_of("dataverse/shipment");
    let fields = json!({"new_name": "Spare belts", "new_trackingnumber": "TRK-1", "new_stage": 100_000_000});
    seed.add("new_shipment", &shipment, fields, &[owner(Some(0))]);
}

fn case_id(number: usize) -> String {
    ids::guid_of(&format!("dataverse/case/{number}"))
}
