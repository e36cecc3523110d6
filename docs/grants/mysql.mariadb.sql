-- Wardround 采集代理在 MariaDB 10.4 及更高版本上的最小权限账号：由 DBA 运行。MySQL 用 mysql.sql。
-- 只限制为采集代理所在主机：把 wardround 换成 'wardround'@'10.0.0.8'。每条语句：wardround-agent statements mysql。
--
-- The least that the agent's account needs on MariaDB 10.4 and later; MySQL has mysql.sql. To allow it from the agent's host alone write
-- 'wardround'@'10.0.0.8' for wardround. Every statement: wardround-agent statements mysql.

-- 账号先锁定，运行完后设置密码并解锁 / locked until it has a password of its own; at the end run:
--   ALTER USER wardround IDENTIFIED BY '新密码 a new password' ACCOUNT UNLOCK;
-- 有主从复制时在主库运行 / where there is replication, run this on the primary.
CREATE USER wardround IDENTIFIED BY 'Locked-until-changed-1' WITH MAX_USER_CONNECTIONS 4 ACCOUNT LOCK;

-- 注释掉的授权只用于其上方注明的版本：去掉行首的 -- 再运行。
-- A grant that is a comment is for the versions above it alone: take the -- off.

CREATE DATABASE IF NOT EXISTS wardround;
CREATE OR REPLACE SQL SECURITY DEFINER VIEW wardround.account_dates AS SELECT User AS user_name, Host AS user_host, CAST(JSON_VALUE(Priv, '$.password_last_changed') AS SIGNED) AS changed_at, CAST(JSON_VALUE(Priv, '$.password_lifetime') AS SIGNED) AS lifetime_days, JSON_VALUE(Priv, '$.account_locked') = 1 AS is_locked FROM mysql.global_priv WHERE JSON_VALUE(Priv, '$.is_role') IS NULL;
GRANT SELECT ON wardround.account_dates TO wardround;
GRANT REPLICATION CLIENT ON *.* TO wardround;
GRANT PROCESS ON *.* TO wardround;
GRANT SHOW VIEW ON *.* TO wardround;

-- 10.5.2+
GRANT BINLOG MONITOR ON *.* TO wardround;

-- 10.5.2+ < 10.5.9：只在这些版本上需要，届时去掉下列各行开头的“-- ” / needed on these versions alone: there take the "-- " off the lines below
-- GRANT REPLICATION SLAVE ADMIN ON *.* TO wardround;

-- 10.5.9+
GRANT REPLICA MONITOR ON *.* TO wardround;
