"""What an unmodified jsonrpclib-pelix client sees of an agent; one line a way of calling."""
import sys

import jsonrpclib
from jsonrpclib.config import Config

url = sys.argv[1]


def refused(label, call):
    try:
        print(label, "answered", call())
    except jsonrpclib.ProtocolError as error:
        print(label, error.args[0][0], error.args[0][1])


server = jsonrpclib.ServerProxy(url)
print("call", server.say_hello())
refused("named", lambda: server.add_vlan_to_interface(interface="eth9", vlan_id=4095))
refused("positional", lambda: server.validate_ip("1.2.3"))
print("typed", getattr(server, "lease.list")()["leases"])
refused("unknown", lambda: server.no_such_method(1, 2))

batch = jsonrpclib.MultiCall(server)
batch.say_hello()
batch._notify.say_hello()
getattr(batch, "lease.list")()
first, second = batch()
print("batch", [first["code"], second["leases"]])
print("notify", server._notify.say_hello())

old = jsonrpclib.ServerProxy(url, config=Config(version=1.0))
print("version1", old.say_hello())
answer = old._run_request(jsonrpclib.dumps([], "say_hello", version=1.0))
print("version1 raw", sorted(answer), answer["error"])
print("version1 notify", old._notify.say_hello())
