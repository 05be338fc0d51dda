#!/bin/bash
# Runs inside the guest: systemd and the agent's own unit, on the guest itself (a) and on a host in a namespace (b). Both ends of a cable
# that lets VLAN 105 through and not 106, and Open vSwitch with a bridge on a.
#   service-check.sh STETH STETH-AGENT UNIT
# Prints what systemd says of the units and what steth answers, a part a step.
set -eu
steth=$1 agent=$2 unit=$3
say() { echo "== $*"; }

# Host and namespace, and what is between them.
ip netns add fabric
ip netns add b
ip -n b link set lo up
ip -n fabric link add name mgmt type bridge
ip -n fabric link add name switch type bridge vlan_filtering 1 vlan_default_pvid 1
ip -n fabric link set mgmt up
ip -n fabric link set switch up
cable() { # HOST NUMBER IP-OPTION...
  local host=$1 number=$2
  shift 2
  ip -n fabric link add "m-$number" type veth peer name eth0 netns "$host"
  ip -n fabric link add "d-$number" type veth peer name eth1 netns "$host"
  ip -n fabric link set "m-$number" master mgmt up
  ip -n fabric link set "d-$number" master switch up
  ip netns exec fabric bridge vlan add dev "d-$number" vid 105
  ip "$@" address add "10.9.0.$number/24" dev eth0
  ip "$@" address add "10.8.0.$number/24" dev eth1
  ip "$@" link set eth0 up
  ip "$@" link set eth1 up
}
cable $$ 1
cable b 2 -n b

mkdir -p /run/openvswitch /etc/openvswitch
ovsdb-tool create /run/openvswitch/conf.db /usr/share/openvswitch/vswitch.ovsschema
ovsdb-server /run/openvswitch/conf.db --remote=punix:/run/openvswitch/db.sock --pidfile --detach --log-file=/dev/null
ovs-vsctl --no-wait init
ovs-vswitchd --pidfile --detach --log-file=/dev/null
ovs-vsctl add-br br-int -- set bridge br-int datapath_type=netdev -- add-port br-int tap-vm -- set interface tap-vm type=internal \
  external_ids:iface-id=3f0d8a52-0000-4000-8000-000000000001 external_ids:attached-mac=fa:16:3e:00:00:01

# systemd as the first process of a namespace of its own.
[ -e /sys/fs/cgroup/cgroup.controllers ] || mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount --make-rprivate /
mkdir -p /usr/lib/steth /run/systemd/system /etc/steth/node
rm -rf /var/log/steth /run/steth
cp "$(dirname "$agent")"/*.dll "$(dirname "$agent")"/*.json "$agent" /usr/lib/steth/
ln -sf /usr/lib/steth/steth-agent /usr/bin/steth-agent
cp "$unit" /run/systemd/system/steth-agent.service
sed -e 's#^ExecStart=.*#ExecStart=/usr/bin/steth-agent --tls /etc/steth/node-b --state-dir /run/steth-b --audit /var/log/steth-b/audit.log#' \
    -e 's#^\(RuntimeDirectory\|LogsDirectory\)=steth$#\1=steth-b#' \
    -e 's#^WatchdogSec=.*#WatchdogSec=10#' \
    -e '/^\[Service\]/a NetworkNamespacePath=/run/netns/b' "$unit" > /run/systemd/system/steth-agent-b.service
printf '[Unit]\nDescription=Nothing but what is asked for\n' > /run/systemd/system/bare.target
container=guest unshare --pid --mount --cgroup --fork --mount-proc /usr/lib/systemd/systemd --system --unit=bare.target --show-status=no </dev/null >/dev/null 2>&1 &
for _ in $(seq 300); do systemd=$(pgrep -f 'systemd --system' -n) && [ -S /run/systemd/private ] && break; sleep 0.2; done
inside() { nsenter -t "$systemd" -p -m -C "$@"; }
state() { inside systemctl show "$1" -p ActiveState -p SubState -p Result -p ExecMainStatus -p NRestarts --value | tr '\n' ' '; echo; }
for _ in $(seq 100); do inside systemctl is-system-running --quiet && break; sleep 0.2; done

say without certificate
inside systemctl start steth-agent || true
sleep 4
state steth-agent
inside journalctl -u steth-agent --no-pager -o cat | grep '^steth-agent: ' || true

say started
cd /root
"$steth" pki init --dir /root/pki -f json >/dev/null
"$steth" pki issue --dir /root/pki a=10.9.0.1 b=10.9.0.2 >/dev/null
cp -rT /root/pki/nodes/a /etc/steth/node
cp -rT /root/pki/nodes/b /etc/steth/node-b
printf '[DEFAULT]\ntls = /root/pki/operators/operator\n[nodes]\na = mgmt:10.9.0.1,net:10.8.0.1\nb = mgmt:10.9.0.2,net:10.8.0.2\n' >/run/steth.conf
export STETH_CONFIG=/run/steth.conf
inside systemctl reset-failed steth-agent
inside systemctl start steth-agent steth-agent-b
state steth-agent
state steth-agent-b
main() { inside systemctl show "$1" -p MainPID --value; }
pid=$(main steth-agent)
inside grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' "/proc/$pid/status"
for file in /etc/x /usr/x /var/x /root/x /dev/x /proc/sys/net/ipv4/ip_forward /run/steth/x /var/log/steth/x; do
  if nsenter -t "$systemd" -p -m nsenter -t "$pid" -m sh -c ": >$file" 2>/dev/null; then echo "may write $file"; else echo "may not write $file"; fi
done

ask() {
  local rc=0 answer
  say "steth $*"
  # A guest on a busy machine may be too slow for its own captures: "could not be decided" (2) is asked again.
  for _ in 1 2 3; do
    rc=0
    answer=$("$steth" --timeout 30 "$@" 2>&1) || rc=$?
    [ $rc -eq 2 ] || break
  done
  printf '%s\n' "$answer"
  echo "exit $rc"
}
ask agents
ask check vlan --nic eth1 --vlans 105-106
ask check mesh --network net --rtt 60000 --jitter 60000
ask ping a 10.8.0.2 --namespace b
ask check-ports-on-br a br-int tap-vm

say hung
inside kill -STOP "$(main steth-agent-b)"
for _ in $(seq 300); do
  [ "$(inside systemctl show steth-agent-b -p NRestarts --value)" != 0 ] && inside systemctl is-active --quiet steth-agent-b && break
  sleep 0.5
done
state steth-agent-b

say killed
inside kill -KILL "$(main steth-agent)"
for _ in $(seq 300); do
  [ "$(inside systemctl show steth-agent -p NRestarts --value)" != 0 ] && inside systemctl is-active --quiet steth-agent && break
  sleep 0.5
done
state steth-agent
ask agents

say stopped
inside systemctl stop steth-agent steth-agent-b
state steth-agent
state steth-agent-b
ls /run/steth /run/steth-b
inside journalctl -u steth-agent -u steth-agent-b --no-pager -o cat >&2
