use serde_json::{Value, json};

use super::{env, refusal};

#[tokio::test]
async fn tables_are_defined() {
    let env = env().await;
    let (status, case) = env.get("EntityDefinitions(LogicalName='incident')").await;
    assert_eq!(status, 200);
    assert_eq!(
        (&case["EntitySetName"], &case["PrimaryNameAttribute"]),
        (&json!("incidents"), &json!("title"))
    );
    assert_eq!(case["DisplayName"]["UserLocalizedLabel"]["Label"], "Case");
    assert_eq!((&case["TableType"], &case["ChangeTrackingEnabled"]), (&json!("Standard"), &json!(true)));
    let by_id = format!("EntityDefinitions({})?$select=LogicalName", case["MetadataId"].as_str().unwrap());
    let (_, found) = env.get(&by_id).await;
    assert_eq!((&found["LogicalName"], found.as_object().unwrap().len()), (&json!("incident"), 3));
    let (_, found) = env.get("EntityDefinitions?$select=LogicalName&$filter=TableType eq 'Virtual'").await;
    assert_eq!(found["value"][0]["LogicalName"], "new_externalorder");
    assert_eq!(env.get("EntityDefinitions(LogicalName='nothing')").await.0, 404);
    let functions = env.get("EntityDefinitions?$filter=startswith(LogicalName,'new_')").await;
    assert_eq!(refusal(functions), (501, "0x8006088a".to_owned()));
}

#[tokio::test]
async fn columns_have_types() {
    let env = env().await;
    let types = async |table: &str| {
        let path = format!(
            "EntityDefinitions(LogicalName='{table}')/Attributes?$select=LogicalName,AttributeType,AttributeTypeName"
        );
        let (_, found) = env.get(&path).await;
        found["value"].as_array().unwrap().clone()
    };
    let of = |all: &[Value], name: &str| {
        let found = all.iter().find(|one| one["LogicalName"] == name).unwrap();
        (found["AttributeType"].clone(), found["AttributeTypeName"]["Value"].clone())
    };
    let account = types("account").await;
    for (column, kind, name) in [
        ("entityimage", "Virtual", "ImageType"),
        ("new_contract", "Virtual", "FileType"),
        ("new_regions", "Virtual", "MultiSelectPicklistType"),
        ("numberofemployees", "Integer", "IntegerType"),
        ("ownerid", "Owner", "OwnerType"),
        ("revenue", "Money", "MoneyType"),
    ] {
        assert_eq!(of(&account, column), (json!(kind), json!(name)), "{column}");
    }
    assert_eq!(of(&types("email").await, "to").0, "PartyList");
    assert_eq!(of(&types("incident").await, "customerid").0, "Customer");
}

#[tokio::test]
async fn choices_and_relationships_are_told() {
    let env = env().await;
    let path = "EntityDefinitions(LogicalName='incident')/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata\
                ?$select=LogicalName&$expand=OptionSet($select=Options)";
    let (_, found) = env.get(path).await;
    let priority =
        found["value"].as_array().unwrap().iter().find(|one| one["LogicalName"] == "prioritycode").unwrap();
    let first = &priority["OptionSet"]["Options"][0];
    assert_eq!(
        (&first["Value"], &first["Label"]["LocalizedLabels"][0]["Label"]),
        (&json!(1), &json!("High"))
    );
    let path = "EntityDefinitions(LogicalName='incident')/ManyToOneRelationships?$filter=ReferencedEntity eq 'account'";
    let (_, found) = env.get(path).await;
    assert_eq!(found["value"][0]["ReferencingEntityNavigationPropertyName"], "customerid_account");
    let (_, found) = env.get("EntityDefinitions(LogicalName='incident')?$select=LogicalName&$expand=Attributes($select=LogicalName)").await;
    assert!(found["Attributes"].as_array().unwrap().len() > 20);
    let (_, found) = env.get("EntityDefinitions(LogicalName='account')/Keys").await;
    assert_eq!(found["value"][0]["KeyAttributes"], json!(["accountnumber"]));
}

#[tokio::test]
async fn views_and_message_filters_can_be_read() {
    let env = env().await;
    let path = "savedqueries?$select=name,layoutxml&$filter=returnedtypecode eq 'incident' and name eq 'Case introduction message'";
    let (_, found) = env.get(path).await;
    let layout = found["value"][0]["layoutxml"].as_str().unwrap();
    assert!(
        layout.contains("<cell name=\"title\"") && layout.contains("<cell name=\"createdon\""),
        "{layout}"
    );
    let (_, found) = env.get("savedqueries?$filter=returnedtypecode eq 'account' and querytype eq 4").await;
    assert_eq!(found["value"].as_array().unwrap().len(), 1);
    for (table, expected) in [("incident", 1), ("new_ratecard", 0), ("new_externalorder", 0)] {
        let path = format!(
            "sdkmessagefilters?$select=sdkmessagefilterid&$filter=primaryobjecttypecode eq '{table}' and sdkmessageid/name eq 'Update'"
        );
        assert_eq!(env.get(&path).await.1["value"].as_array().unwrap().len(), expected, "{table}");
    }
}
