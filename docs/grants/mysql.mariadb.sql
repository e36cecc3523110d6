-- Wardround 采集代理在 MariaDB 10.4 及更高版本上的最小权限账号：由 DBA 运行。MySQL 用 mysql.sql。
-- 只限制为采集代理所在主机：把 wardround 换成 'wardround'@'10.0.0.8'。每条语句：wardround-agent statements mysql。
--
-- The least that the agent's account needs on MariaDB 10.4 and later; MySQL has mysql.sql. To allow it from the agent's host alone write
-- 'wardround'@'10.0.0.8' for wardround. Every statement: wardround-agent statements mysql.

CREATE USER wardround IDENTIFIED BY '请改成新密码 put the new password here' WITH MAX_USER_CONNECTIONS 2;

CREATE DATABASE IF NOT EXISTS wardround;
CREATE OR REPLACE SQL SECURITY DEFINER VIEW wardround.account_dates AS SELECT User AS user_name, Host AS user_host, CAST(JSON_VALUE(Priv, '$.password_last_changed') AS SIGNED) AS changed_at, CAST(JSON_VALUE(Priv, '$.password_lifetime') AS SIGNED) AS lifetime_days, JSON_VALUE(Priv, '$.account_locked') = 1 AS is_locked FROM mysql.global_priv WHERE JSON_VALUE(Priv, '$.is_role') IS NULL;
GRANT SELECT ON wardround.account_dates TO wardround;
GRANT REPLICATION CLIENT ON *.* TO wardround;
GRANT PROCESS ON *.* TO wardround;
GRANT SHOW VIEW ON *.* TO wardround;

-- 10.5+
GRANT BINLOG MONITOR ON *.* TO wardround;
GRANT REPLICA MONITOR ON *.* TO wardround;
