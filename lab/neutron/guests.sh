# VMs: hosts of their own whose network card is a TAP device on a compute node. Sourced by neutron-lab.

start_guests() {
  local name names=() host starts=()
  for name in "$STATE"/vms/*.json; do names+=("$(basename "$name" .json)"); done
  for name in "${names[@]}"; do start_guest "$name" & starts+=($!); done
  for name in "${starts[@]}"; do wait "$name"; done
  plug_guests "${names[@]}"
  say "VMs plugged"
  for name in "${names[@]}"; do await 180 "lease of $name" on "$name" test -e /run/lease; done
}

# guest NAME KEY: a value of vms/NAME.json.
guest() { sed -n "s/^ \"$2\": \"\?\([^\",]*\)\"\?,\?$/\1/p" "$STATE/vms/$1.json"; }

start_guest() {
  local host
  host=$(guest "$1" host)
  start_host "$1"
  start "$1" card /usr/bin/python3 "$LAB_SOURCE/guest.py" "$(guest "$1" tap)" "$(guest "$1" mac)" "$(guest "$1" mtu)" \
    3<"/proc/$(pid_of "$host")/ns/net"
  await 10 "network card of $1" on "$1" sh -c 'ip link show eth0 | grep -q "state UP\|state UNKNOWN"'
  start "$1" dhcp udhcpc -i eth0 -f -t 10 -T 1 -A 1 -O staticroutes -O mtu -s "$LAB_SOURCE/udhcpc-script"
}

# plug_guests NAME...: nova's part (os-vif) and libvirt's.
plug_guests() {
  local name host tap host_jobs=()
  for host in comp1 comp2; do
    (
      hybrid=()
      for name; do [ "$(guest "$name" host)/$(guest "$name" plug)" != "$host/hybrid" ] || hybrid+=("$STATE/vms/$name.json"); done
      [ ${#hybrid[@]} -eq 0 ] || on "$host" /usr/bin/python3 "$LAB_SOURCE/plug.py" "${hybrid[@]}"
      for name; do
        [ "$(guest "$name" host)" = "$host" ] || continue
        tap=$(guest "$name" tap)
        if [ "$(guest "$name" plug)" = hybrid ]; then
          ip_on "$host" "link set $tap master qbr$(guest "$name" short)"
        else
          on "$host" ovs-vsctl add-port br-int "$tap" -- set interface "$tap" "external_ids:iface-id=$(guest "$name" id)" \
            "external_ids:attached-mac=\"$(guest "$name" mac)\"" external_ids:iface-status=active \
            "external_ids:vm-id=$(guest "$name" instance)"
        fi
      done
    ) &
    host_jobs+=($!)
  done
  for host in "${host_jobs[@]}"; do wait "$host"; done
}

list_guests() {
  local file separator='['
  for file in "$STATE"/vms/*.json; do
    echo "$separator"
    cat "$file"
    separator=,
  done
  echo ']'
}

guest_command() {
  case ${1:-} in
  list) list_guests ;;
  add)
    [ $# -eq 4 ] || misused "vm add NAME HOST NETWORK"
    [[ $2 =~ ^[a-z][a-z0-9]{0,14}$ ]] && [ ! -e "$STATE/hosts/$2" ] || misused "'$2' is no free name of small letters and digits"
    as_admin cloud.py guest "${@:2}"
    start_guest "$2"
    plug_guests "$2"
    await 180 "lease of $2" on "$2" test -e /run/lease ;;
  delete)
    [ $# -eq 2 ] && [ -e "$STATE/vms/$2.json" ] || misused "vm delete NAME"
    local host short
    host=$(guest "$2" host) short=$(guest "$2" short)
    kill -KILL "$(pid_of "$2")" || true
    on "$host" ovs-vsctl --if-exists del-port br-int "$(guest "$2" device)"
    on "$host" sh -c 'ip link delete "qvb$0"; ip link delete "qbr$0"' "$short" 2>/dev/null || true
    api DELETE "/ports/$(guest "$2" id)"
    rm -rf "$STATE/vms/$2.json" "$STATE/hosts/$2" ;;
  *) misused "vm list | vm add NAME HOST NETWORK | vm delete NAME" ;;
  esac
}

# await_settled: leases are given, VMs reach each other and the outside, the outside reaches them, metadata answers, and Neutron
# calls all ACTIVE.
await_settled() {
  local vm pids=() pid
  for vm in t1 t2 v1 v2; do
    await_settled_vm $vm &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || exit 1; done
}

await_settled_vm() {
  local vm=$1 peer address
  await 180 "DHCP for $vm" on "$vm" udhcpc -i eth0 -f -n -q -t 2 -T 1 -s /bin/true
  for peer in t1 t2 v1 v2; do
    [ $peer = "$vm" ] || await 180 "$vm reaches $peer" on "$vm" ping -c 1 -W 1 "$(guest "$peer" ip)"
  done
  await 180 "$vm reaches the outside" on "$vm" ping -c 1 -W 1 198.51.100.1
  await 180 "metadata for $vm" on "$vm" curl -sf -m 5 -o /dev/null http://169.254.169.254/
  address=$(guest "$vm" floating_ip)
  [ "$address" = null ] || await 180 "floating IP of $vm" answers_from_afar "$address"
  await 180 "port of $vm ACTIVE" port_is "$vm" ACTIVE
}

# A floating IP without its rules still answers ping: the router does, one hop nearer.
answers_from_afar() { on ext ping -c 1 -W 1 "$1" | grep -q ttl=63; }

port_is() { api GET "/ports/$(guest "$1" id)?fields=status" | grep -q "\"$2\""; }
