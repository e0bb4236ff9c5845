-- What most questions about payments want, revenue and how many settled, failed or expired, is told by a function of its
-- own: the one of all fifteen measures makes each of them ready, whether it is wanted or not.

-- cells: revenue
