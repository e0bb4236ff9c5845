"""What do we keep in Redis, and how do we talk to it?

`link` is the one connection of a process that all share; `answers` keeps answers under it; `scripts` are what runs
on the server. Nothing here knows what an answer is: keys are text, answers bytes, times whole microseconds since 1970,
streams bits. Nothing here raises because Redis is away: it says so, and the caller asks the database.
"""
