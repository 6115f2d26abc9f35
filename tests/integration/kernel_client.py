"""A program that starts a kernel by name, as front ends do: for an interpreter that has jupyter_client."""

CLIENT = """
import sys
from jupyter_client.manager import start_new_kernel

def show(message):
    if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
        sys.stdout.write(message["content"]["text"])

name, code = sys.argv[1:]
manager, client = start_new_kernel(kernel_name=name, startup_timeout=60, stdout=sys.stderr.fileno())
try:
    reply = client.execute_interactive(code, timeout=60, output_hook=show, allow_stdin=False)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
content = reply["content"]
if content["status"] != "ok":
    sys.exit("\\n".join([content.get("ename", ""), content.get("evalue", ""), *content.get("traceback", [])]))
"""
"""Takes a name and code, and writes what the code printed; the kernel's own output goes to stderr."""
