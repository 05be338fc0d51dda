# The controller: MariaDB, RabbitMQ, Keystone, neutron-server. Sourced by neutron-lab.

# start_controller: the two halves (Keystone; RabbitMQ and Neutron) need only the database of each other.
start_controller() {
  local keystone
  mkdir -p "$STATE/cache"
  copy_settings ctl
  cp -a /etc/keystone/. "$STATE/hosts/ctl/etc/keystone/"
  cp "$LAB_SOURCE/etc/keystone.conf" "$STATE/hosts/ctl/etc/keystone/"
  start_rabbit
  start_database
  start_keystone &
  keystone=$!
  start_neutron
  wait $keystone || fail "Keystone did not come up: see $STATE/hosts/ctl/log"
}

# copy_settings HOST: the packages' settings, with the lab's over them.
copy_settings() {
  local own=$STATE/hosts/$1/etc/neutron
  cp -a /etc/neutron/. "$own/"
  cp "$LAB_SOURCE/etc/neutron.conf" "$own/"
  cp "$LAB_SOURCE/etc/ml2_conf.ini" "$LAB_SOURCE/etc/openvswitch_agent.ini" "$own/plugins/ml2/"
  cp "$LAB_SOURCE"/etc/{dhcp,l3,metadata}_agent.ini "$own/"
}

sql() { on ctl mariadb --no-defaults -uroot --socket=/run/mysqld/mysqld.sock "$@"; }

start_database() {
  on ctl mariadb-install-db --no-defaults --user=root --datadir=/var/lib/mysql --auth-root-authentication-method=normal --skip-test-db \
    --innodb-flush-method=nosync --innodb-log-file-size=16M >"$STATE/hosts/ctl/log/mariadb-install.out" 2>&1
  start ctl mariadb mariadbd --no-defaults --user=root --datadir=/var/lib/mysql --socket=/run/mysqld/mysqld.sock --bind-address=0.0.0.0 \
    --innodb-buffer-pool-size=64M --innodb-log-file-size=16M --innodb-flush-log-at-trx-commit=0 --innodb-flush-method=nosync \
    --innodb-doublewrite=0 --performance-schema=0 --skip-name-resolve --max-connections=200 --character-set-server=utf8mb3
  await 180 MariaDB sql -e 'select 1'
  sql -e "create database keystone; create database neutron; create user root@'%' identified by 'root'; grant all on *.* to root@'%'"
  say "MariaDB"
}

start_rabbit() {
  local settings=$STATE/hosts/ctl/etc
  cp "$LAB_SOURCE/etc/rabbitmq.conf" "$settings/"
  echo '[].' >"$settings/rabbitmq-plugins"
  start ctl rabbitmq env RABBITMQ_CONFIG_FILE="$settings/rabbitmq.conf" RABBITMQ_ENABLED_PLUGINS_FILE="$settings/rabbitmq-plugins" \
    RABBITMQ_MNESIA_BASE=/var/lib/rabbitmq/mnesia RABBITMQ_LOG_BASE=/var/log/rabbitmq RABBITMQ_NODENAME=rabbit@ctl \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+S 1:1 +sbwt none" HOME=/var/lib/rabbitmq /usr/lib/rabbitmq/bin/rabbitmq-server
}

# with_tables DATABASE COMMAND...: fills the database from the cache, else by the command, and then the cache from it.
with_tables() {
  local cache
  cache=$STATE/cache/$1-$(dpkg-query -W -f='${Version}' keystone neutron-server mariadb-server | md5sum | cut -c1-12).sql
  if [ -s "$cache" ]; then
    sql "$1" <"$cache"
    return
  fi
  "${@:2}" >"$STATE/hosts/ctl/log/$1-tables.out" 2>&1
  on ctl mariadb-dump --no-defaults -uroot --socket=/run/mysqld/mysqld.sock --single-transaction "$1" >"$cache.new"
  mv "$cache.new" "$cache"
}

make_keystone_tables() {
  on ctl keystone-manage db_sync
  on ctl keystone-manage bootstrap --bootstrap-password keep-this-out --bootstrap-region-id RegionOne \
    --bootstrap-public-url "http://$CTL:5000/v3" --bootstrap-internal-url "http://$CTL:5000/v3" --bootstrap-admin-url "http://$CTL:5000/v3"
}

make_neutron_tables() {
  on ctl neutron-db-manage --config-file /etc/neutron/neutron.conf --config-file /etc/neutron/plugins/ml2/ml2_conf.ini upgrade heads
}

start_keystone() {
  on ctl mkdir -p -m 700 /etc/keystone/fernet-keys /etc/keystone/credential-keys
  make_key /etc/keystone/fernet-keys
  make_key /etc/keystone/credential-keys
  with_tables keystone make_keystone_tables
  start ctl keystone uwsgi_python3 --http11-socket "0.0.0.0:5000" --master --processes 1 --threads 4 --lazy-apps --buffer-size 65535 \
    --die-on-term --need-app --wsgi-file /usr/bin/keystone-wsgi-public
  await 180 Keystone on ctl curl -sf "http://$CTL:5000/v3"
  as_admin keystone.py
  say "Keystone"
}

# What keystone-manage fernet_setup writes, without its two seconds: a current key and a staged one.
make_key() {
  local number
  for number in 0 1; do on ctl sh -c 'umask 077; head -c 32 /dev/urandom | base64 | tr +/ -_ | tr -d "\n" >"$0"' "$1/$number"; done
}

start_neutron() {
  with_tables neutron make_neutron_tables
  await 180 RabbitMQ on ctl bash -c "exec 3<>/dev/tcp/$CTL/5672"
  start_neutron_server
  start ctl nova-metadata /usr/bin/python3 "$LAB_SOURCE/nova-metadata.py"
  await_neutron_server
  say "Neutron"
}

start_neutron_server() {
  start ctl neutron-server neutron-server --config-file /etc/neutron/neutron.conf --config-file /etc/neutron/plugins/ml2/ml2_conf.ini \
    --log-file /var/log/neutron/server.log
}

await_neutron_server() { await 180 neutron-server on ctl curl -sf "http://$CTL:9696/"; }
