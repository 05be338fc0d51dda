#!/bin/bash
# Runs inside the guest: a lab whose packets the kernel's Open vSwitch datapath forwards, and diagnoses in it.
#   kernel-datapath.sh STETH-LAB STETH STETH-AGENT QUESTION...
# A QUESTION is VM=ADDRESS (nothing broken) or VM=ADDRESS=FAULT. For each prints "== QUESTION", the JSON report and "== exit CODE"; what the lab
# says goes to standard error.
set -eu
lab=$1 steth=$2 agent=$3
shift 3
# This kernel has the tables of iptables, but none of nftables that iptables(8) would put its rules into by default.
for tool in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
  ln -sf xtables-legacy-multi "/usr/sbin/$tool"
done
modprobe openvswitch
modprobe br_netfilter
export STETH_LAB_PATIENCE=10
"$lab" up --datapath system --agent "$agent" --steth "$steth" >&2
eval "$("$lab" env)"
for question in "$@"; do
  IFS== read -r vm address fault <<<"$question"
  [ -z "$fault" ] || "$lab" break "$fault" --port "$vm" >&2
  echo "== $question"
  code=0
  # A guest on a busy machine may be too slow for its own captures: "could not be decided" (2) is asked again.
  for _ in 1 2 3; do
    code=0
    answer=$("$steth" diagnose "$address" -f json --timeout 60) || code=$?
    [ $code -eq 2 ] || break
  done
  printf '%s\n' "$answer"
  echo "== exit $code"
  [ -z "$fault" ] || "$lab" heal >&2
done
