"""A connector in Python: a Task for each message, through wasi:http, and a count of them."""

import json
import os
import random
import socket
import sys
import time

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.connector import Failure_Permanent, Failure_Retry, PlanResult, Subscription
from wit_world.imports import log, storage
from wit_world.imports.log import Level
from wit_world.imports.tieline_connector_types import Identity, Problem

import outgoing


class Connector(exports.Connector):
    def plan(self, config, wants):
        resource = json.loads(config)["resource"]
        return PlanResult([Subscription(resource, Identity.APP, ["created"], False, None)], [], [], [])

    def check(self, config):
        return []

    def handle(self, config, event):
        print("printed by", sys.implementation.name, flush=True)
        print("printed as an error", file=sys.stderr, flush=True)
        behaviour = json.loads(config)["behaviour"]
        if behaviour == "tasks":
            make_task(event)
        elif behaviour == "flood":
            for line in range(1000):
                print("flood", line)
            print("x" * 100_000)
        else:
            look_around(json.loads(config)["url"])

    def act(self, config, action):
        raise Err(Problem("python.no-actions", "there are none", None, None))

    def view(self, config, record, actor):
        raise Err(Problem("python.no-views", "there are none", None, None))

    def migrate(self, from_version):
        pass


def make_task(event):
    task = json.dumps({"Subject": "From Python", "CallType": None, "Description": event.id}).encode()
    status, body = outgoing.post(
        "salesforce.connection.tieline",
        "/services/data/v65.0/sobjects/Task",
        [("content-type", "application/json"), ("tieline-effect-key", f"task:{event.id}")],
        task,
    )
    if status != 201:
        raise Err(Failure_Permanent(Problem("python.salesforce", f"{status}: {body!r}", None, None)))
    if event.attempt == 1:
        raise Err(Failure_Retry((Problem("python.again", "it wants to be asked twice", None, None), None)))
    entry = storage.get("count")
    count = int(entry.value) if entry else 0
    storage.put("count", str(count + 1).encode(), storage.Condition_Always(), None)
    log.write(Level.INFO, "counted", [("count", str(count + 1)), ("task", json.loads(body)["id"])])


def look_around(url):
    """What a program finds that looks for a machine around it; one line each, for a test to compare."""
    found = {
        "environment": lambda: sorted(os.environ),
        "arguments": lambda: sys.argv[1:],
        "files": lambda: os.listdir("/"),
        "write": lambda: open("/tmp/x", "w"),
        "passwords": lambda: open("/etc/passwd").read(),
        "socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "name": lambda: socket.getaddrinfo(b"localhost", 80),
        "elsewhere": lambda: outgoing.post(url, "/", [], b""),
        "clock": lambda: time.time() > 1_700_000_000 and time.monotonic() <= time.monotonic(),
        "random": lambda: len(os.urandom(16)) + len(str(random.SystemRandom().random())) > 17,
    }
    for name, look in found.items():
        try:
            said = repr(look())
        except Exception as error:  # whatever it is, is what the test wants to see
            said = f"{type(error).__name__} {type(getattr(error, 'value', None)).__name__}"
        log.write(Level.INFO, name, [("found", said)])
