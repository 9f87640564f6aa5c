"""What happens to the leases in Redis, in one step that nothing comes between.

    plumb:slots:leases    sorted set: "run:datasource:user" -> when it ends (ms)
    plumb:slots:workers   sorted set: "name=capacity" -> when it ends (ms)
    plumb:slots:line      how often a run was refused since the line was last seen empty; absent when it is
    plumb:slots:served    sorted set: user -> when one of his runs last got a slot (us)
    plumb:slots:told      present once Redis was told which runs hold slots; gone with a flush

All of it can be lost: workers announce themselves again, runs renew their leases, the sweeper finds the line.
"""

PREFIX = "plumb:slots:"
LEASES, WORKERS, LINE, SERVED, TOLD = KEYS = tuple(
    PREFIX + name for name in ("leases", "workers", "line", "served", "told")
)

# In: free and renew are members; with `told` the renewed are all that run; wanted are [run, datasource, user,
# cap, behind], numbers as text, since Lua's would lose digits; a newcomer does not pass the line.
# Out: as in leases.Room.
SCRIPT = """
local leases, workers, line, served, told = unpack(KEYS)
local ask = cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now_us = time[1] * 1000000 + time[2]
local now = math.floor(now_us / 1000)

redis.call('ZREMRANGEBYSCORE', leases, '-inf', now)
redis.call('ZREMRANGEBYSCORE', workers, '-inf', now)
for _, member in ipairs(ask.free or {}) do redis.call('ZREM', leases, member) end
for _, member in ipairs(ask.renew or {}) do redis.call('ZADD', leases, now + ask.ttl_ms, member) end
if ask.told then redis.call('SET', told, 1) end

local held = redis.call('ZRANGE', leases, 0, -1)
local holds, in_datasource, of_user = {}, {}, {}
for _, member in ipairs(held) do
  local run, datasource, user = member:match('^(%d+):(%d+):(%d+)$')
  holds[run] = true
  in_datasource[datasource] = (in_datasource[datasource] or 0) + 1
  of_user[user] = (of_user[user] or 0) + 1
end
local capacity = 0
for _, member in ipairs(redis.call('ZRANGE', workers, 0, -1)) do
  capacity = capacity + tonumber(member:match('=(%d+)$'))
end
local waiting = tonumber(redis.call('GET', line) or 0)
local known = redis.call('EXISTS', told) == 1

local left, last_served = {}, {}
for _, each in ipairs(ask.wanted or {}) do
  local want = {run = each[1], datasource = each[2], user = each[3], cap = each[4], behind = each[5]}
  if not holds[want.run] then
    last_served[want.user] = tonumber(redis.call('ZSCORE', served, want.user) or 0)
    left[#left + 1] = want
  end
end

local function before(a, b)
  if a.behind ~= b.behind then return a.behind < b.behind end
  local x, y = of_user[a.user] or 0, of_user[b.user] or 0
  if x ~= y then return x < y end
  x, y = last_served[a.user], last_served[b.user]
  if x ~= y then return x < y end
  return tonumber(a.run) < tonumber(b.run)
end

local granted, room = {}, false
while true do
  local best
  for place, want in ipairs(left) do
    if #held < capacity and (in_datasource[want.datasource] or 0) < want.cap
       and (not best or before(want, left[best])) then best = place end
  end
  if not best then break end
  if not known or (ask.newcomer and waiting > 0) then room = true break end
  local want = table.remove(left, best)
  local member = want.run .. ':' .. want.datasource .. ':' .. want.user
  now_us = now_us + 1
  redis.call('ZADD', leases, now + ask.ttl_ms, member)
  redis.call('ZADD', served, now_us, want.user)
  held[#held + 1], granted[#granted + 1] = member, member
  in_datasource[want.datasource] = (in_datasource[want.datasource] or 0) + 1
  of_user[want.user] = (of_user[want.user] or 0) + 1
  last_served[want.user] = now_us
end
if #granted > 0 then redis.call('ZREMRANGEBYRANK', served, 0, -10001) end
if #left > 0 then waiting = redis.call('INCR', line) end
return cjson.encode({granted = granted, held = held, capacity = capacity, line = waiting,
                     known = known, room = room})
"""

# By one clock for all, whatever the machines' own say.
ANNOUNCE = """
local now = redis.call('TIME')[1] * 1000
return redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
"""

# The line is empty, unless somebody was refused since it was counted.
CLOSE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
