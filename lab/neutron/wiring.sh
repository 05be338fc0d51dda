# Open vSwitch on the nodes and as the physical switch, and the cables between them. Sourced by neutron-lab.

wire_hosts() {
  local host starts=()
  for host in "${NODES[@]}"; do
    cable "$host" eth1 "p-$host" # the provider networks: a trunk
    cable "$host" eth2 "u-$host" # the tunnels' underlay: VLAN 50 inside the switch
  done
  cable ext eth1 p-ext
  for host in sw "${NODES[@]}"; do start_ovs "$host" & starts+=($!); done
  ip_on ext "addr add 203.0.113.1/24 dev eth1" "addr add 198.51.100.1/32 dev lo"
  for host in "${starts[@]}"; do wait "$host"; done
}

start_ovs() {
  on "$1" sh -ec 'ovsdb-tool create /etc/openvswitch/conf.db /usr/share/openvswitch/vswitch.ovsschema
    log=/var/log/openvswitch
    ovsdb-server /etc/openvswitch/conf.db --remote=punix:/run/openvswitch/db.sock \
      --remote=db:Open_vSwitch,Open_vSwitch,manager_options --pidfile --detach --log-file=$log/ovsdb-server.log -vconsole:off
    ovs-vsctl --no-wait init
    ovs-vsctl --no-wait set Open_vSwitch . external-ids:hostname="$0" external-ids:system-id="$0"
    ovs-vswitchd --pidfile --detach --log-file=$log/ovs-vswitchd.log -vconsole:off' "$1"
  if [ "$1" = sw ]; then wire_switch; else wire_node "$1"; fi
}

wire_switch() {
  local host ports=()
  for host in "${NODES[@]}"; do
    ports+=(-- add-port phys "p-$host" -- set port "p-$host" vlan_mode=trunk "trunks=$TRUNK")
    ports+=(-- add-port phys "u-$host" -- set port "u-$host" vlan_mode=access tag=50)
  done
  on sw ovs-vsctl add-br phys -- set bridge phys datapath_type=netdev fail_mode=standalone \
    "${ports[@]}" -- add-port phys p-ext -- set port p-ext vlan_mode=access tag=100
}

readonly TRUNK=100,101,102,103,104,105

# In user space the address that tunnels begin at has to be on a bridge of Open vSwitch: br-phy.
wire_node() {
  on "$1" ovs-vsctl add-br br-ex -- set bridge br-ex datapath_type=netdev -- add-port br-ex eth1 \
    -- add-br br-phy -- set bridge br-phy datapath_type=netdev fail_mode=standalone "other_config:hwaddr=02:88:00:00:00:${TUNNEL[$1]##*.}" \
    -- add-port br-phy eth2
  ip_on "$1" "addr add ${TUNNEL[$1]}/24 dev br-phy" "link set br-phy up" "link set br-ex up"
  on "$1" sysctl -qw net.ipv4.ip_forward=1
}
