#!/bin/bash
# Runs inside the guest: two hosts, an agent each, whose storage network is on a bond with LACP; the ports of the switch are bonds as well.
#   nics-check.sh STETH STETH-AGENT
# Prints the JSON answer of check nics with its exit code: as it should be, then with the second cable of b on a switch of its own.
set -eu
steth=$1 agent=$2
lag() {
  ip link add "$1" type bond mode 802.3ad miimon 100 lacp_rate fast xmit_hash_policy layer3+4
  ip link set "$1" up
}
join() {
  ip "${@:3}" link set "$2" down
  ip "${@:3}" link set "$2" master "$1"
  ip "${@:3}" link set "$2" up
}
ip link add name mgmt type bridge
ip link set mgmt up
number=1
for host in a b; do
  ip netns add $host
  ip -n $host link set lo up
  ip link add m-$host type veth peer name eth0 netns $host
  ip link set m-$host master mgmt up
  ip -n $host address add 10.9.0.$number/24 dev eth0
  ip -n $host link set eth0 up
  lag lag-$host
  ip -n $host link add bond0 type bond mode 802.3ad miimon 100 lacp_rate fast xmit_hash_policy layer3+4
  for port in 1 2; do
    ip link add $host-$port type veth peer name eth$port netns $host
    join lag-$host $host-$port
    join bond0 eth$port -n $host
  done
  ip -n $host address add 10.8.0.$number/24 dev bond0
  ip -n $host link set bond0 up
  number=$((number + 1))
done
for host in a b; do
  ip netns exec $host "$agent" --listen 0.0.0.0 --port 9698 --insecure 2>/run/agent-$host.log &
done
for host in a b; do
  for _ in $(seq 300); do grep -q 'listening on' /run/agent-$host.log && break; sleep 0.1; done
done
printf '[DEFAULT]\ninsecure = true\n[nodes]\na = mgmt:10.9.0.1,storage:10.8.0.1\nb = mgmt:10.9.0.2,storage:10.8.0.2\n' >/run/steth.conf
export STETH_CONFIG=/run/steth.conf
# settled HOST WORDS COUNT: waits until the file of the bond has WORDS on COUNT lines.
settled() {
  for _ in $(seq 60); do
    [ "$(ip netns exec "$1" grep -c "$2" /proc/net/bonding/bond0)" -ge "$3" ] && return
    sleep 0.5
  done
  echo "LACP of $1 did not settle:" >&2
  ip netns exec "$1" cat /proc/net/bonding/bond0 >&2
}
ask() {
  local rc=0
  echo "== $1"
  ip netns exec a "$steth" check nics --network storage -f json --timeout 30 || rc=$?
  echo "== exit $rc"
}
# 63: active, fast, aggregatable, in sync, collecting, distributing; of both members and of their partners.
settled a 'port state: 63' 4
settled b 'port state: 63' 4
ask healthy
lag lag-other
ip link set b-2 nomaster
join lag-other b-2
settled b "system mac address: $(cat /sys/class/net/lag-other/address)" 1
settled b 'port state: 63' 4
ask 'wrong partner'
cat /run/agent-a.log /run/agent-b.log >&2
