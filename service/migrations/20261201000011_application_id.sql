-- The mark by which a database of ours is known from others before anything is written into it: "NVIT", 0x4e564954.
pragma application_id = 1314277716;
