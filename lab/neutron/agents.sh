# Neutron's agents and steth's on the nodes. Sourced by neutron-lab.

declare -rA FIREWALL=([net1]=noop [comp1]=iptables_hybrid [comp2]=openvswitch)

start_agents() {
  local host
  for host in "${NODES[@]}"; do
    copy_settings "$host"
    write_host_settings "$host" physnet1:br-ex
    start_agent "$host" openvswitch
  done
  for host in dhcp l3 metadata; do start_agent net1 $host; done
  make_certificates
  for host in "${!MANAGEMENT[@]}"; do
    start "$host" steth-agent "$STETH_AGENT" --listen 0.0.0.0 --port 9698 --tls "$STATE/pki/nodes/$host" --audit /run/steth/audit.log
  done
  await 180 "six agents alive" agents_alive 6
  say "agents"
}

make_certificates() {
  local host names=()
  for host in "${!MANAGEMENT[@]}"; do names+=("$host=${MANAGEMENT[$host]}${TUNNEL[$host]:+,${TUNNEL[$host]}}"); done
  "$STETH" pki init --dir "$STATE/pki" --name lab -q >/dev/null
  "$STETH" pki issue "${names[@]}" --dir "$STATE/pki" -q >/dev/null
}

# write_host_settings HOST BRIDGE_MAPPINGS
write_host_settings() {
  printf '[ovs]\nlocal_ip = %s\nbridge_mappings = %s\n[securitygroup]\nfirewall_driver = %s\n' "${TUNNEL[$1]}" "$2" "${FIREWALL[$1]}" \
    >"$STATE/hosts/$1/etc/neutron/host.ini"
}

# start_agent HOST openvswitch|dhcp|l3|metadata
start_agent() {
  local own=(--config-file "/etc/neutron/$2_agent.ini")
  [ "$2" != openvswitch ] || own=(--config-file /etc/neutron/plugins/ml2/openvswitch_agent.ini --config-file /etc/neutron/host.ini)
  start "$1" "$2-agent" "neutron-$2-agent" --config-file /etc/neutron/neutron.conf "${own[@]}" --log-file "/var/log/neutron/$2-agent.log"
}

stop_agent() { stop "$1" "$2-agent"; }
restart_agent() { stop_agent "$@" && start_agent "$@"; }

agents_alive() { [ "$(api GET '/agents?alive=true&fields=id' | grep -c '"id"')" -ge "$1" ]; }

write_steth_conf() {
  local host
  {
    echo "# The nodes of this lab and their address on each network. Written by neutron-lab."
    echo "tls = $STATE/pki/operators/lab"
    echo "[nodes]"
    echo "ctl = mgmt:$CTL"
    for host in "${NODES[@]}"; do echo "$host = mgmt:${MANAGEMENT[$host]}, net:${TUNNEL[$host]}"; done
  } >"$STATE/steth.conf"
}

# as_admin PROGRAM ARGUMENT...: one of the lab's own, where the API can be reached.
as_admin() { nsenter -t "$(pid_of ctl)" -n /usr/bin/python3 "$LAB_SOURCE/$1" "${@:2}"; }

# api METHOD PATH [BODY]: prints the answer.
api() { as_admin api.py "$@"; }
