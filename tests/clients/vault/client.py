"""A public client of Veeva Vault against the simulator: it must notice nothing.

Reads the manifest of the simulators from the file that is its first argument.
"""

import json
import sys
import urllib.request

from veevatools.veevavault import AuthenticationService, ObjectService, QueryService, VaultClient
from veevatools.veevavault.errors import VaultAuthenticationError

with open(sys.argv[1], encoding="utf-8") as file:
    manifest = json.load(file)
vault = manifest["tenant"]["vault"]
done = []


def step(name):
    done.append(name)
    print(f"  {name}")


def control(method, path):
    request = urllib.request.Request(manifest["control"] + path, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


# It would ask login.veevavault.com, which is not simulated.
AuthenticationService._discover_auth_type = lambda self, username: "password"


def logged_in(password):
    client = VaultClient()
    service = AuthenticationService(client)
    service.authenticate(
        vaultURL=manifest["vault_tls"], vaultUserName=vault["username"], vaultPassword=password, if_return=True
    )
    return client, service


try:
    logged_in("wrong")
    raise AssertionError("a wrong password is let in")
except VaultAuthenticationError as error:
    assert error.raw_response["errors"][0]["type"] == "USERNAME_OR_PASSWORD_INCORRECT", error

client, service = logged_in(vault["password"])
assert client.vaultId == vault["vault_id"], client.vaultId
assert client.LatestAPIversion == "v26.3" and client.api_version_negotiated, client.LatestAPIversion
assert service.keep_alive()["responseStatus"] == "SUCCESS"
step("a login, the versions, keep-alive")

objects, queries = ObjectService(client), QueryService(client)
row = objects.crud.retrieve_object_record("case__v", vault["case_id"])["data"]
assert row["title__v"] == vault["case_title"], row
entries = [
    {"case__v": vault["case_id"], "kind__v": "proof", "title__v": "one", "external_id__v": "1"},
    {"case__v": "nothing", "kind__v": "proof", "title__v": "two", "external_id__v": "2"},
]
made = objects.crud.create_object_records(
    "case_timeline__v", json.dumps(entries), content_type="application/json", accept="application/json"
)
assert [one["responseStatus"] for one in made["data"]] == ["SUCCESS", "FAILURE"], made
made = objects.crud.create_object_records(
    "case_note__v", f'case__v,title__v\n{vault["case_id"]},"a, ""b"""\n', accept="application/json"
)
assert made["data"][0]["responseStatus"] == "SUCCESS", made
step("records one by one in JSON and CSV")

found = queries.query("SELECT id, title__v FROM case_timeline__v WHERE external_id__v = '1'")
assert [one["title__v"] for one in found["data"]] == ["one"], found
first = queries.query("SELECT name__v FROM case__v ORDER BY name__v ASC PAGESIZE 3")
# The client itself follows no pages of a size that was asked for.
second = client.api_call(first["responseDetails"]["next_page"], method="GET")
assert [len(page["data"]) for page in (first, second)] == [3, 1], (first, second)
assert len(list(queries.records("SELECT id FROM case__v"))) == 4
step("queries, in pages")

id = found["data"][0]["id"]
changed = objects.crud.update_object_records("case_timeline__v", f"id,title__v\n{id},changed\n")
assert changed["data"][0]["responseStatus"] == "SUCCESS", changed
gone = objects.crud.delete_object_records("case_timeline__v", f"id\n{id}\n")
assert gone["data"][0]["responseStatus"] == "SUCCESS", gone
told = objects.crud.retrieve_deleted_object_record_id("case_timeline__v")
assert [one["id"] for one in told["data"]] == [id], told
step("changes and deletions")

assert control("DELETE", "/vault/sessions")["ended"] >= 1
row = objects.crud.retrieve_object_record("case__v", vault["case_id"])
assert row["responseStatus"] == "SUCCESS", row
assert service.logout()["responseStatus"] == "SUCCESS"
step("a session that is over, in a 200")

print(f"{len(done)} steps")
