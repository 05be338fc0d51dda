#!/bin/bash
# Runs inside the guest: two hosts, an agent each, joined by a VLAN-aware bridge that lets VLAN 105 through and not 106.
#   vlan-check.sh STETH STETH-AGENT
# Prints the JSON answers of check-vlan-interface for 105 and 106 with their exit codes, then what is left on the hosts.
set -eu
steth=$1 agent=$2
ip link add name switch type bridge vlan_filtering 1 vlan_default_pvid 0
ip link set switch up
ip link add name mgmt type bridge
ip link set mgmt up
number=1
for host in a b; do
  ip netns add $host
  ip -n $host link set lo up
  ip link add m-$host type veth peer name eth0 netns $host
  ip link add d-$host type veth peer name eth1 netns $host
  ip link set m-$host master mgmt up
  ip link set d-$host master switch up
  bridge vlan add dev d-$host vid 105
  ip -n $host address add 10.9.0.$number/24 dev eth0
  ip -n $host link set eth0 up
  ip -n $host link set eth1 up
  number=$((number + 1))
done
for host in a b; do
  ip netns exec $host "$agent" --listen 0.0.0.0 --port 9698 --insecure 2>/run/agent-$host.log &
done
for host in a b; do
  for _ in $(seq 300); do grep -q 'listening on' /run/agent-$host.log && break; sleep 0.1; done
done
printf '[DEFAULT]\ninsecure = true\n[nodes]\na = mgmt:10.9.0.1\nb = mgmt:10.9.0.2\n' >/run/steth.conf
export STETH_CONFIG=/run/steth.conf
# A guest on a busy machine may be too slow for its own captures: "could not be decided" (2) is asked again.
ask() {
  local rc=0 answer
  echo "== $*"
  for _ in 1 2 3; do
    rc=0
    answer=$(ip netns exec a "$steth" "$@") || rc=$?
    [ $rc -eq 2 ] || break
  done
  printf '%s\n' "$answer"
  echo "== exit $rc"
}
ask check-vlan-interface a b eth1 105 -f json --timeout 30 -v
ask check-vlan-interface a b eth1 106 -f json --timeout 30
ask add-vlan-to-interface a eth1 110 --timeout 30
ask setup-link a eth1.110 192.0.2.1/24 --timeout 30
ask get-interface a eth1.110 -f json --timeout 30
ask teardown-link a eth1.110 --timeout 30
for host in a b; do
  echo "left on $host: $(ip -n $host -br link | awk '{ print $1 }' | tr '\n' ' ')"
done
cat /run/agent-a.log /run/agent-b.log >&2
