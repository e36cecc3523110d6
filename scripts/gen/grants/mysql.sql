-- Wardround 采集代理在 MySQL 5.7、8.0、8.4 上的最小权限账号：由 DBA 运行。MariaDB 用 mysql.mariadb.sql。
-- 只限制为采集代理所在主机：把 wardround 换成 'wardround'@'10.0.0.8'。每条语句：wardround-agent statements mysql。
--
-- The least that the agent's account needs on MySQL 5.7, 8.0 and 8.4; MariaDB has mysql.mariadb.sql. To allow it from the agent's host
-- alone write 'wardround'@'10.0.0.8' for wardround. Every statement: wardround-agent statements mysql.

-- 账号先锁定，运行完后设置密码并解锁 / locked until it has a password of its own; at the end run:
--   ALTER USER wardround IDENTIFIED BY '新密码 a new password' ACCOUNT UNLOCK;
-- 有主从复制时在主库运行 / where there is replication, run this on the primary.
CREATE USER wardround IDENTIFIED BY 'Locked-until-changed-1' WITH MAX_USER_CONNECTIONS 4 ACCOUNT LOCK;

{{grants flavour=mysql}}
