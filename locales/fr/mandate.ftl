# mandate
