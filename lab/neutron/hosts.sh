# Hosts are sets of namespaces kept alive by a PID 1; killing that ends everything inside. Sourced by neutron-lab.

readonly CTL=10.77.0.10
readonly HOSTS=(ctl net1 comp1 comp2 sw ext)
readonly NODES=(net1 comp1 comp2) # with an Open vSwitch and Neutron's agents
declare -rA MANAGEMENT=([ctl]=$CTL [net1]=10.77.0.31 [comp1]=10.77.0.21 [comp2]=10.77.0.22)
declare -rA TUNNEL=([net1]=10.88.0.31 [comp1]=10.88.0.21 [comp2]=10.88.0.22)
STETH=${STETH:-$(readlink -m "$LAB_SOURCE/../../src/Steth.Cli/bin/Debug/net10.0/steth")}
STETH_AGENT=${STETH_AGENT:-$(readlink -m "$LAB_SOURCE/../../src/Steth.Agent/bin/Debug/net10.0/steth-agent")}

say() { printf '%3ds %s\n' "$SECONDS" "$*" >&2; }

# pid_of HOST: its PID 1, as this machine counts.
pid_of() { cat "$STATE/hosts/$1/pid" 2>/dev/null; }

running() {
  local pid
  pid=$(pid_of "$1") && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = sleep ]
}

# on HOST COMMAND...: runs a command on a host.
on() {
  nsenter -t "$(pid_of "$1")" -m -u -i -n -p -- \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root TMPDIR=/run/lab \
    ${DOTNET_ROOT:+DOTNET_ROOT="$DOTNET_ROOT"} "${@:2}"
}

# start HOST NAME COMMAND...: starts a daemon; what it prints is in log/NAME.out.
start() {
  on "$1" setsid sh -c 'echo $$ >"/run/lab/$0.pid"; exec "$@"' "$2" "${@:3}" </dev/null >>"$STATE/hosts/$1/log/$2.out" 2>&1 &
}

# stop HOST NAME: ends a daemon and its children at once; on SIGTERM some of Neutron's take a quarter of a minute.
stop() {
  # shellcheck disable=SC2016
  on "$1" sh -c 'pid=$(cat "/run/lab/$0.pid") && kill -KILL "-$pid" && while kill -0 "-$pid"; do sleep 0.1; done' "$2" 2>/dev/null || true
}

# signal HOST NAME STOP|CONT
signal() { on "$1" sh -c 'kill "-$1" "-$(cat "/run/lab/$0.pid")"' "$2" "$3"; }

# await SECONDS WHAT COMMAND...: waits until the command works.
await() {
  local end=$((SECONDS + $1))
  until "${@:3}" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { echo "neutron-lab: $2: not within $1 s" >&2; return 1; }
    sleep 0.1
  done
}

# start_host NAME [DIRECTORY...]: the directories are the host's own, bound over the machine's.
start_host() {
  local home=$STATE/hosts/$1 pid
  mkdir -p "$home/log"
  setsid unshare --mount --uts --ipc --net --pid --fork --kill-child --mount-proc --propagation private -- \
    env --ignore-signal=CHLD sleep infinity </dev/null >>"$home/log/init.out" 2>&1 &
  pid=$!
  await 10 "host $1" is_started "$pid"
  children_of "$pid" >"$home/pid"
  # shellcheck disable=SC2016
  on "$1" sh -ec 'home=$0; host=$1; shift; hostname "$host"
    mount -t tmpfs -o mode=755 lab /run; mkdir -p /run/netns /run/lock/neutron /run/openvswitch /run/mysqld /run/lab; chmod 1777 /run/lock
    mount -t sysfs lab /sys; mount --bind "$home/../../names" /etc/hosts; mount --bind /dev/null "$(readlink -f /etc/resolv.conf)"
    for directory; do mkdir -p "$home$directory"; mount --bind "$home$directory" "$directory"; done
    for scope in default all; do sysctl -qw "net.ipv6.conf.$scope.disable_ipv6=1"; done; ip link set lo up' "$home" "$@"
}

is_started() {
  local first
  first=$(children_of "$1") && [ "$(cat "/proc/$first/comm")" = sleep ]
}

children_of() { tr -d ' ' <"/proc/$1/task/$1/children"; }

start_hosts() {
  local host common=(/etc/openvswitch /var/log/openvswitch) starts=()
  local neutron=(/etc/neutron /var/lib/neutron /var/log/neutron)
  { echo "127.0.0.1 localhost"; for host in "${!MANAGEMENT[@]}"; do echo "${MANAGEMENT[$host]} $host"; done; } >"$STATE/names"
  start_host ctl "${neutron[@]}" /etc/keystone /var/log/keystone /var/lib/mysql /var/lib/rabbitmq /var/log/rabbitmq & starts+=($!)
  for host in "${NODES[@]}"; do start_host "$host" "${common[@]}" "${neutron[@]}" & starts+=($!); done
  start_host sw "${common[@]}" & starts+=($!)
  start_host ext & starts+=($!)
  for host in "${starts[@]}"; do wait "$host"; done
  ip_on sw "link add mgmt type bridge" "link set mgmt up"
  for host in "${!MANAGEMENT[@]}"; do
    cable "$host" eth0 "m-$host"
    ip_on sw "link set m-$host master mgmt"
    ip_on "$host" "addr add ${MANAGEMENT[$host]}/24 dev eth0"
  done
}

# ip_on HOST LINE...: iproute2 commands in one process.
ip_on() { printf '%s\n' "${@:2}" | nsenter -t "$(pid_of "$1")" -n ip -batch -; }

# cable HOST DEVICE SWITCH_DEVICE: checksums are completed by the sender: Open vSwitch in user space forwards what it reads.
cable() {
  ip link add "$3" netns "$(pid_of sw)" type veth peer name "$2" netns "$(pid_of "$1")"
  ip_on sw "link set $3 up"
  ip_on "$1" "link set $2 up"
  nsenter -t "$(pid_of sw)" -n ethtool -K "$3" tx off >/dev/null
  nsenter -t "$(pid_of "$1")" -n ethtool -K "$2" tx off >/dev/null
}

# Every process of the lab outside its hosts, by the mark in its environment.
marked() { grep -lFzsx "STETH_NEUTRON_LAB_MARK=$STATE" /proc/[0-9]*/environ | cut -d/ -f3 || true; }

take_down() {
  local pid found end=$((SECONDS + 20))
  found=$(marked)
  for pid in $found; do kill -KILL "$pid" 2>/dev/null || true; done
  for pid in $found; do
    until ended "$pid"; do
      [ $SECONDS -lt $end ] || fail "process $pid does not end"
      sleep 0.05
    done
  done
  [ -z "$(marked)" ] || take_down # started meanwhile by one of those
  rm -rf "$STATE"/{up,hosts,vms,faults,token,cloud.json,steth.conf,names,pki}
}

# A host's PID 1 has ended only when all in its process namespace has: then it is a zombie or no more.
ended() { ! grep -q '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status" 2>/dev/null; }
