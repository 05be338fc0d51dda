"""Makes the lab's networks, router, security groups and ports, and writes each VM's port to vms/NAME.json.

cloud.py                      everything
cloud.py guest NAME HOST NET  one more VM
"""
import json
import os
import sys
import uuid

from api import Cloud, STATE

# name: may guests send, may they be sent to
GROUPS = {"open": (True, True), "no-ingress": (True, False), "no-egress": (False, True)}
GUESTS = [("t1", "comp1", "tnet"), ("t2", "comp2", "tnet"), ("v1", "comp1", "vnet"), ("v2", "comp2", "vnet")]

cloud = Cloud()


def make(kind, **values):
    return cloud.call("POST", f"/{kind}s".replace("_", "-"), {kind: values})


def find(kind, name):
    return cloud.call("GET", f"/{kind}s?name={name}".replace("_", "-"))[0]


def make_networks():
    tnet = make("network", name="tnet", **{"provider:network_type": "vxlan"})["id"]
    vnet = make("network", name="vnet", **provider(101))["id"]
    ext = make("network", name="ext", **provider(100), **{"router:external": True})["id"]
    tsub = make("subnet", name="tsub", network_id=tnet, ip_version=4, cidr="10.10.0.0/24")["id"]
    vsub = make("subnet", name="vsub", network_id=vnet, ip_version=4, cidr="192.168.101.0/24")["id"]
    make("subnet", name="esub", network_id=ext, ip_version=4, cidr="203.0.113.0/24", enable_dhcp=False, gateway_ip="203.0.113.1",
         allocation_pools=[{"start": "203.0.113.50", "end": "203.0.113.99"}])
    router = make("router", name="r1", external_gateway_info={"network_id": ext})["id"]
    for subnet in (tsub, vsub):
        cloud.raw("PUT", f"/routers/{router}/add_router_interface", {"subnet_id": subnet})


def provider(vlan):
    return {"provider:network_type": "vlan", "provider:physical_network": "physnet1", "provider:segmentation_id": vlan}


def make_groups():
    for name, (egress, ingress) in GROUPS.items():
        made = make("security_group", name=name)
        if not egress:
            for rule in made["security_group_rules"]:
                cloud.raw("DELETE", f"/security-group-rules/{rule['id']}")
        if ingress:
            for protocol in ("icmp", "tcp", "udp"):
                make("security_group_rule", security_group_id=made["id"], direction="ingress", ethertype="IPv4", protocol=protocol)


def make_guest(name, host, network_name):
    network = find("network", network_name)
    port = make("port", name=name, network_id=network["id"], device_id=str(uuid.uuid4()), device_owner="compute:nova",
                security_groups=[find("security_group", "open")["id"]], **{"binding:host_id": host})
    if port["binding:vif_type"] != "ovs":
        cloud.raw("DELETE", f"/ports/{port['id']}")
        sys.exit(f"port {name} was not bound to {host}: {port['binding:vif_type']}")
    hybrid = port["binding:vif_details"].get("ovs_hybrid_plug", False)
    short = port["id"][:11]
    return {
        "name": name, "id": port["id"], "short": short, "mac": port["mac_address"], "ip": port["fixed_ips"][0]["ip_address"],
        "gateway": cloud.call("GET", f"/subnets/{port['fixed_ips'][0]['subnet_id']}")["gateway_ip"], "floating_ip": None, "host": host,
        "network": network_name, "network_id": network["id"], "network_type": network["provider:network_type"],
        "segmentation_id": network["provider:segmentation_id"], "mtu": network["mtu"], "plug": "hybrid" if hybrid else "native",
        "tap": f"tap{short}", "device": f"qvo{short}" if hybrid else f"tap{short}", "instance": port["device_id"],
        "project": port["project_id"]}


def make_odd_ports():
    """Ports that a diagnosis has to speak about with care."""
    network = find("network", "vnet")["id"]
    make("port", name="unbound", network_id=network)
    make("port", name="misbound", network_id=network, device_owner="compute:nova", device_id=str(uuid.uuid4()),
         **{"binding:host_id": "nosuchhost"})
    for _ in range(2):
        make("port", name="twin", network_id=network)


def write(guest):
    path = os.path.join(STATE, "vms", guest["name"] + ".json")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w", encoding="ascii") as file:
        json.dump(guest, file, indent=1)
        file.write("\n")
    os.rename(path + ".new", path)


def make_all():
    make_groups()
    make_networks()
    external = find("network", "ext")["id"]
    for name, host, network in GUESTS:
        guest = make_guest(name, host, network)
        if name in ("t2", "v1"):
            guest["floating_ip"] = make("floatingip", floating_network_id=external, port_id=guest["id"])["floating_ip_address"]
        write(guest)
    make_odd_ports()


if __name__ == "__main__":
    if sys.argv[1:2] == ["guest"]:
        write(make_guest(*sys.argv[2:5]))
    else:
        make_all()
