"""plug.py VM.json... on the VM's host: what nova-compute does to plug a VM with a hybrid firewall, by its own library (qbr, qvb, qvo)."""
import json
import sys

import os_vif
from os_vif import objects
from os_vif.objects import instance_info, network, subnet, vif
from oslo_config import cfg
from vif_plug_linux_bridge import privsep as bridge_privsep
from vif_plug_ovs import privsep as ovs_privsep

for privsep in (ovs_privsep, bridge_privsep):
    privsep.vif_plug.set_client_mode(False)  # root already: no helper process
cfg.CONF([], project="steth-neutron-lab")
os_vif.initialize()
objects.register_all()

for path in sys.argv[1:]:
    with open(path, encoding="ascii") as file:
        guest = json.load(file)
    device = vif.VIFBridge(
        id=guest["id"], address=guest["mac"], plugin="ovs", vif_name=guest["tap"], bridge_name="qbr" + guest["short"],
        port_profile=vif.VIFPortProfileOpenVSwitch(interface_id=guest["id"], datapath_type="netdev"),
        network=network.Network(id=guest["network_id"], bridge="br-int", mtu=guest["mtu"], subnets=subnet.SubnetList(objects=[])),
        has_traffic_filtering=True, preserve_on_delete=True)
    os_vif.plug(device, instance_info.InstanceInfo(uuid=guest["instance"], name=guest["name"], project_id=guest["project"]))
