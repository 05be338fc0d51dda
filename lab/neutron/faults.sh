# Faults of a real cloud, and their undoing. Sourced by neutron-lab.
#
# NAME|VM unless given|what is wrong. A fault is made by the function break_NAME and undone by heal_NAME, both with the VM as argument;
# undoing works also when the fault was made by half.
readonly FAULTS='
P1-wrong-host|t1|Neutron binds the port to a host that no agent has: binding_failed
P1-no-physnet|v2|the OVS agent of the host lacks the bridge mapping: binding_failed
P2-agent-dead|t1|the OVS agent of the host is dead, and the port "late" was created meanwhile
P3-dhcp-off|v1|the subnet has DHCP switched off
P3-agent-not-hosting|t2|the network was taken from its DHCP agent
P4-port-down|v2|the port is administratively down
P5-router-down|t1|the router is administratively down
F1|v1|the trunk of the switch to the host lacks VLAN 101
T3|t2|the switch drops UDP 4789 of the host
D1-dnsmasq-dead|v1|dnsmasq of the network was killed and does not start again
D2-no-host-entry|t1|dnsmasq of the network does not know the MAC address
I1-wrong-tag|v1|the port has another local VLAN on br-int
I1-dead-tag|t2|the port has the dead VLAN on br-int, as the agent leaves a port it did not wire
Q2-egress-drop|v1|the security group lets nothing out (hybrid plug: iptables)
Q2-ingress-drop|v1|the security group lets nothing in (hybrid plug: iptables)
I3-egress-drop|t2|the security group lets nothing out (native plug: flows)
I3-ingress-drop|t2|the security group lets nothing in (native plug: flows)
R3-snat-missing|t1|the router lacks its SNAT rule
R3-dnat-missing|v1|the router lacks the rules of the floating IP
M2-agent-stopped|v1|neutron-metadata-agent is stopped
M2-wrong-secret|v1|neutron-metadata-agent and nova do not share the secret
api-down||neutron-server is stopped
keystone-hangs||Keystone accepts connections and never answers
'

list_faults() { sed '/^$/d; s/|/ (/; s/|/) /; s/ ()//' <<<"$FAULTS"; }

# make_fault NAME [VM]: written down first, so that a fault made by half can be undone.
make_fault() {
  local name=$1 line vm
  line=$(grep -F "$name|" <<<"$FAULTS" | grep "^$name|") || misused "there is no fault '$name': see 'neutron-lab faults'"
  vm=${2:-$(cut -d'|' -f2 <<<"$line")}
  [ -z "$vm" ] || [ -e "$STATE/vms/$vm.json" ] || misused "there is no VM '$vm'"
  ! grep -q "^$name " "$STATE/faults" 2>/dev/null || misused "$name is made already"
  case $name in
  Q2-*) [ "$(guest "$vm" plug)" = hybrid ] || misused "$vm has no qbr: that is I3 there" ;;
  I3-*) [ "$(guest "$vm" plug)" = native ] || misused "$vm has a qbr: that is Q2 there" ;;
  esac
  echo "$name $vm" >>"$STATE/faults"
  "break_$name" "$vm"
}

heal() {
  local name vm
  while [ -s "$STATE/faults" ]; do
    read -r name vm < <(tail -n 1 "$STATE/faults")
    "heal_$name" "$vm"
    sed -i '$d' "$STATE/faults"
  done
  await_settled
}

put() { api PUT "$@" >/dev/null; }

# id_of COLLECTION QUERY: the id of the first that fits.
id_of() { api GET "/$1?fields=id&$2" | sed -n 's/.*"id": "\(.*\)".*/\1/p' | head -n 1; }

subnet_of() { case $(guest "$1" network) in tnet) id_of subnets name=tsub ;; *) id_of subnets name=vsub ;; esac; }
ovs_agent_of() { id_of agents "agent_type=Open%20vSwitch%20agent&host=$1"; }
bind() { put "/ports/$(guest "$1" id)" "{\"port\": {\"binding:host_id\": \"$2\"}}"; }

break_P1-wrong-host() { bind "$1" nosuchhost; }
heal_P1-wrong-host() { bind "$1" "$(guest "$1" host)"; }

break_P1-no-physnet() {
  map_networks "$(guest "$1" host)" ""
  bind "$1" "" # bound anew
  bind "$1" "$(guest "$1" host)"
}
heal_P1-no-physnet() {
  map_networks "$(guest "$1" host)" physnet1:br-ex
  bind "$1" ""
  bind "$1" "$(guest "$1" host)"
}

# map_networks HOST MAPPINGS: restarts the OVS agent with them and waits until Neutron knows.
map_networks() {
  local wanted=physnet1
  [ -n "$2" ] || wanted='"bridge_mappings": {}'
  write_host_settings "$1" "$2"
  restart_agent "$1" openvswitch
  await 180 "bridge mappings '$2' of $1" agent_says "$1" "$wanted"
}
agent_says() { api GET "/agents/$(ovs_agent_of "$1")" | grep -q "$2"; }

break_P2-agent-dead() {
  local host
  host=$(guest "$1" host)
  stop_agent "$host" openvswitch
  await 180 "Neutron gives the agent up" agent_says "$host" '"alive": false'
  api POST /ports \
    "{\"port\": {\"name\": \"late\", \"network_id\": \"$(guest "$1" network_id)\", \"binding:host_id\": \"$host\"}}" >/dev/null
}
heal_P2-agent-dead() {
  local host late
  host=$(guest "$1" host)
  late=$(id_of ports name=late)
  [ -z "$late" ] || api DELETE "/ports/$late"
  restart_agent "$host" openvswitch
  await 180 "OVS agent of $host" agent_says "$host" '"alive": true'
}

break_P3-dhcp-off() { put "/subnets/$(subnet_of "$1")" '{"subnet": {"enable_dhcp": false}}'; }
heal_P3-dhcp-off() { put "/subnets/$(subnet_of "$1")" '{"subnet": {"enable_dhcp": true}}'; }

dhcp_agent() { id_of agents agent_type=DHCP%20agent; }
break_P3-agent-not-hosting() { api DELETE "/agents/$(dhcp_agent)/dhcp-networks/$(guest "$1" network_id)"; }
heal_P3-agent-not-hosting() {
  api GET "/agents/$(dhcp_agent)/dhcp-networks" | grep -q "\"$(guest "$1" network_id)\"" ||
    api POST "/agents/$(dhcp_agent)/dhcp-networks" "{\"network_id\": \"$(guest "$1" network_id)\"}" >/dev/null
}

break_P4-port-down() { put "/ports/$(guest "$1" id)" '{"port": {"admin_state_up": false}}'; }
heal_P4-port-down() { put "/ports/$(guest "$1" id)" '{"port": {"admin_state_up": true}}'; }

break_P5-router-down() { put "/routers/$(id_of routers name=r1)" '{"router": {"admin_state_up": false}}'; }
heal_P5-router-down() { put "/routers/$(id_of routers name=r1)" '{"router": {"admin_state_up": true}}'; }

break_F1() { on sw ovs-vsctl set port "p-$(guest "$1" host)" "trunks=${TRUNK/101,/}"; }
heal_F1() { on sw ovs-vsctl set port "p-$(guest "$1" host)" "trunks=$TRUNK"; }

break_T3() {
  local address=${TUNNEL[$(guest "$1" host)]}
  on sw ovs-ofctl add-flow phys "cookie=0x73,priority=100,udp,nw_src=$address,tp_dst=4789,actions=drop"
  on sw ovs-ofctl add-flow phys "cookie=0x73,priority=100,udp,nw_dst=$address,tp_dst=4789,actions=drop"
}
heal_T3() { on sw ovs-ofctl del-flows phys cookie=0x73/-1; }

dhcp_files() { echo "/var/lib/neutron/dhcp/$(guest "$1" network_id)"; }
# The agent starts a missing dnsmasq anew with the next port that changes: it must not succeed.
break_D1-dnsmasq-dead() { on net1 sh -c 'mount --bind /bin/false /usr/sbin/dnsmasq; kill -KILL "$(cat "$0/pid")"' "$(dhcp_files "$1")"; }
dnsmasq_runs() { on net1 sh -c 'kill -0 "$(cat "$0/pid")"' "$(dhcp_files "$1")"; }
heal_D1-dnsmasq-dead() {
  on net1 sh -c 'while grep -q " /usr/sbin/dnsmasq " /proc/mounts; do umount -l /usr/sbin/dnsmasq; done'
  # As an operator would, and once more where its privileged helper dies as it starts (greenlet.error), which it then waits for in vain.
  restart_agent net1 dhcp
  await 40 dnsmasq dnsmasq_runs "$1" || { restart_agent net1 dhcp && await 60 dnsmasq dnsmasq_runs "$1"; }
}

break_D2-no-host-entry() {
  on net1 sh -c 'grep -F "$1" "$0/host" >"$0/host.taken"; sed -i "/$1/d" "$0/host"; kill -HUP "$(cat "$0/pid")"' \
    "$(dhcp_files "$1")" "$(guest "$1" mac)"
}
heal_D2-no-host-entry() {
  on net1 sh -c '[ ! -e "$0/host.taken" ] || grep -qF "$1" "$0/host" || cat "$0/host.taken" >>"$0/host"; rm -f "$0/host.taken"
    kill -HUP "$(cat "$0/pid")"' "$(dhcp_files "$1")" "$(guest "$1" mac)"
}

# The tag that the agent gave the port's network is kept in the port's other_config.
set_tag() { on "$(guest "$1" host)" ovs-vsctl set port "$(guest "$1" device)" "tag=$2"; }
own_tag() { on "$(guest "$1" host)" ovs-vsctl get port "$(guest "$1" device)" other_config:tag | tr -d '"'; }
break_I1-wrong-tag() { set_tag "$1" 9; }
heal_I1-wrong-tag() { set_tag "$1" "$(own_tag "$1")"; }

of_port() { on "$(guest "$1" host)" ovs-vsctl get interface "$(guest "$1" device)" ofport; }
break_I1-dead-tag() {
  local host cookie
  host=$(guest "$1" host)
  cookie=$(on "$host" ovs-ofctl dump-flows br-int table=23 | sed -n 's/.*cookie=\(0x[0-9a-f]*\),.*/\1/p' | head -n 1)
  set_tag "$1" 4095
  on "$host" ovs-ofctl add-flow br-int "cookie=$cookie,table=0,priority=2,in_port=$(of_port "$1"),actions=drop"
}
heal_I1-dead-tag() {
  set_tag "$1" "$(own_tag "$1")"
  on "$(guest "$1" host)" ovs-ofctl --strict del-flows br-int "table=0,priority=2,in_port=$(of_port "$1")"
}

set_group() {
  local group
  group=$(id_of security-groups "name=$2")
  put "/ports/$(guest "$1" id)" "{\"port\": {\"security_groups\": [\"$group\"]}}"
}
break_Q2-egress-drop() { set_group "$1" no-egress; }
heal_Q2-egress-drop() { set_group "$1" open; }
break_Q2-ingress-drop() { set_group "$1" no-ingress; }
heal_Q2-ingress-drop() { set_group "$1" open; }
break_I3-egress-drop() { set_group "$1" no-egress; }
heal_I3-egress-drop() { set_group "$1" open; }
break_I3-ingress-drop() { set_group "$1" no-ingress; }
heal_I3-ingress-drop() { set_group "$1" open; }

# without_nat WORDS: takes the NAT rules with these words from the router; connections it knows are forgotten.
without_nat() {
  local inside=(ip netns exec "qrouter-$(id_of routers name=r1)")
  on net1 sh -ec '"$@" iptables-save -t nat >/run/lab/nat
    grep -v -e "$0" /run/lab/nat | "$@" iptables-restore -T nat; "$@" conntrack -F 2>/dev/null' \
    "$1" "${inside[@]}"
}
nat_back() {
  on net1 sh -ec '[ ! -e /run/lab/nat ] || "$@" iptables-restore -T nat </run/lab/nat; rm -f /run/lab/nat; "$@" conntrack -F 2>/dev/null' \
    sh ip netns exec "qrouter-$(id_of routers name=r1)"
}
break_R3-snat-missing() { without_nat '-A neutron-l3-agent-snat .*-j SNAT'; }
heal_R3-snat-missing() { nat_back; }
break_R3-dnat-missing() { without_nat "$(guest "$1" floating_ip)/32 .*-j DNAT\|--to-source $(guest "$1" floating_ip)"; }
heal_R3-dnat-missing() { nat_back; }

break_M2-agent-stopped() { stop_agent net1 metadata; }
heal_M2-agent-stopped() { restart_metadata; }
break_M2-wrong-secret() {
  sed -i 's/^metadata_proxy_shared_secret = .*/metadata_proxy_shared_secret = other/' "$STATE/hosts/net1/etc/neutron/metadata_agent.ini"
  restart_metadata
}
heal_M2-wrong-secret() {
  cp "$LAB_SOURCE/etc/metadata_agent.ini" "$STATE/hosts/net1/etc/neutron/"
  restart_metadata
}
restart_metadata() {
  restart_agent net1 metadata
  await 180 neutron-metadata-agent on net1 curl -s -o /dev/null --unix-socket /var/lib/neutron/metadata_proxy http://metadata/
}

break_api-down() { stop ctl neutron-server; }
heal_api-down() {
  stop ctl neutron-server
  start_neutron_server
  await_neutron_server
}

break_keystone-hangs() { signal ctl keystone STOP; }
heal_keystone-hangs() { signal ctl keystone CONT; }
