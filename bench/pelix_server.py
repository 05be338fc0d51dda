"""The peer: jsonrpclib-pelix's threaded server answering say_hello. Prints its port."""
import sys

from jsonrpclib.SimpleJSONRPCServer import PooledJSONRPCServer

# Its own backlog of 5 resets some of 16 connections that come at once.
PooledJSONRPCServer.request_queue_size = 128
server = PooledJSONRPCServer(("127.0.0.1", 0), logRequests=False)
server.register_function(lambda: {"code": 0, "message": "", "data": {}}, "say_hello")
print(server.socket.getsockname()[1], flush=True)
try:
    server.serve_forever()
except KeyboardInterrupt:
    sys.exit(0)
