# Installs the Debian packages that are missing. Sourced by demo.sh, test.sh, bench.sh and lab/neutron.
#   ensure_packages PACKAGE...   returns 1, with a sentence on stderr, when one is missing and cannot be installed
ensure_packages() {
  local missing=() package
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "These packages are missing and can be installed by root with apt-get only: ${missing[*]}" >&2
    return 1
  fi
  echo "Installing ${missing[*]} ..." >&2
  # Debian starts Open vSwitch on installation; the lab runs its own inside namespaces and wants none outside.
  local policy=/usr/sbin/policy-rc.d made=
  [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy; chmod 755 $policy; made=1; }
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/tmp/steth-packages.$$.log 2>&1
  local rc=$?
  [ -n "$made" ] && rm -f $policy
  [ $rc -eq 0 ] || { tail -n 5 /tmp/steth-packages.$$.log >&2; echo "apt-get could not install: ${missing[*]}" >&2; }
  rm -f /tmp/steth-packages.$$.log
  return $rc
}

LAB_PACKAGES="openvswitch-switch dnsmasq-base haproxy iproute2 iputils-ping iperf3 tcpdump ethtool nftables iptables ipset libpcap0.8 procps util-linux"
TEST_PACKAGES="$LAB_PACKAGES iperf fping tshark python3-jsonrpclib-pelix user-mode-linux chromium faketime curl"

# A real Keystone and Neutron, for lab/neutron: about 400 packages with what they depend on.
NEUTRON_PACKAGES="keystone neutron-server neutron-openvswitch-agent neutron-dhcp-agent neutron-l3-agent neutron-metadata-agent rabbitmq-server \
mariadb-server python3-pymysql python3-os-vif uwsgi-plugin-python3 haproxy udhcpc conntrack curl"

# Leaves with a sentence when the .NET 10 SDK is not there.
require_dotnet() {
  command -v dotnet >/dev/null && dotnet --list-sdks | grep -q '^10\.' && return 0
  echo "The .NET 10 SDK is needed (package dotnet-sdk-10.0): see https://learn.microsoft.com/dotnet/core/install/linux" >&2
  exit 69
}
