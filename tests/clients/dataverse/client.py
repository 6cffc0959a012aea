"""Microsoft's own client against the simulator of Dataverse: it must notice nothing.

Reads the manifest of the simulators from the file that is its first argument.
"""

import json
import sys

from azure.identity import ClientSecretCredential
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.errors import HttpError, MetadataError
from PowerPlatform.Dataverse.models.filters import col
from PowerPlatform.Dataverse.models.upsert import UpsertItem

with open(sys.argv[1], encoding="utf-8") as file:
    manifest = json.load(file)
tenant = manifest["tenant"]
credential = ClientSecretCredential(
    tenant["directory_id"],
    tenant["client_id"],
    tenant["client_secret"],
    authority=manifest["entra_tls"],
    disable_instance_discovery=True,
)
case = tenant["dataverse"]["case_id"]
done = []


def step(name):
    done.append(name)
    print(f"  {name}")


def refused(call, status):
    try:
        call()
    except HttpError as error:
        assert error.status_code == status, error
        return error
    raise AssertionError(f"not refused with {status}")


with DataverseClient(manifest["dataverse_tls"], credential) as client:
    account = client.records.create("account", {"name": "Contoso", "telephone1": "555"})
    row = client.records.retrieve("account", account, select=["name", "telephone1"])
    assert (row["name"], row["telephone1"]) == ("Contoso", "555"), row
    client.records.update("account", account, {"telephone1": "556", "industrycode": "Manufacturing"})
    row = client.records.retrieve("account", account)
    assert (row["telephone1"], row["industrycode"]) == ("556", 19), row
    step("create, retrieve, update, with the label of a choice")

    ids = client.records.create("contact", [{"lastname": "One"}, {"lastname": "Two"}])
    assert len(ids) == 2, ids
    client.records.update("contact", ids, {"jobtitle": "Operator"})
    client.records.upsert(
        "new_shipment", [UpsertItem(alternate_key={"new_trackingnumber": "P-1"}, record={"new_name": "Parcel"})]
    )
    step("several at once, and upsert by alternate key")

    rows = list(client.records.list_pages("contact", select=["fullname"], filter="jobtitle eq 'Operator'", page_size=1))
    assert [len(page) for page in rows] == [1, 1], rows
    found = client.records.list("incident", select=["title"], filter=f"incidentid eq {case}")
    assert [one["title"] for one in found] == [tenant["dataverse"]["case_title"]], found
    found = client.query.builder("incident").select("title").where(col("prioritycode") == 1).top(2).execute()
    assert [one["title"] for one in found] == ["Conveyor stops at night"], found
    step("lists in pages, and the query builder")

    info = client.tables.get("incident")
    assert info["entity_set_name"] == "incidents" and info["primary_name_attribute"] == "title", info
    assert client.tables.get("nothing_like_it") is None
    assert any(one["LogicalName"] == "incident" for one in client.tables.list())
    columns = client.tables.list_columns("incident", select=["LogicalName", "AttributeType"])
    assert any(one["LogicalName"] == "prioritycode" and one["AttributeType"] == "Picklist" for one in columns)
    relationships = client.tables.list_table_relationships("incident")
    names = [one.get("ReferencingEntityNavigationPropertyName") for one in relationships]
    assert "customerid_account" in names, names
    typed = client.tables.get_column("incident", "title", typed=True)
    assert typed["MaxLength"] == 200, typed
    step("definitions of tables, columns and relationships")

    error = refused(lambda: client.records.create("account", {"nmae": "x"}), 400)
    assert error.details["service_error_code"] == "0x80048d19", error.details
    client.records.delete("account", account)
    client.records.delete("contact", ids)
    assert not client.records.list("contact", select=["fullname"], filter="jobtitle eq 'Operator'")
    assert client.records.retrieve("account", account) is None
    try:
        client.records.create("accounts", {"name": "x"})
        raise AssertionError("a plural is no table")
    except MetadataError:
        pass
    step("errors, and delete")

    batch = client.batch.new()
    batch.records.create("account", {"name": "Batched"})
    batch.records.list("account", select=["name"], top=1)
    result = batch.execute()
    assert not result.has_errors and len(list(result.entity_ids)) == 1, result
    step("a batch")

print(f"{len(done)} steps")
