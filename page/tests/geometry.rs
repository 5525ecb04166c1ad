//! The stage's geometry at every size that the page can ask for.

use paxos_page::curve::{Line, Way, between_groups, waiting};
use paxos_page::geometry::{Lane, Layout, Place, Point, Seat, Size, arrange};

/// A low strip, a phone, a phone lying down, a small window, a laptop and a projector.
const STAGES: [Size; 7] = [
    Size { width: 900.0, height: 190.0 },
    Size { width: 358.0, height: 430.0 },
    Size { width: 390.0, height: 600.0 },
    Size { width: 720.0, height: 300.0 },
    Size { width: 520.0, height: 520.0 },
    Size { width: 830.0, height: 560.0 },
    Size { width: 1500.0, height: 800.0 },
];

fn seats(before: usize, middle: usize, after: usize, above: usize, hub: bool) -> Vec<Seat> {
    let lanes = [(Lane::Before, before), (Lane::Middle, middle), (Lane::After, after), (Lane::Above, above)];
    let lanes = lanes.into_iter().flat_map(|(lane, count)| std::iter::repeat_n(lane, count));
    let mut seats: Vec<Seat> = lanes.enumerate().map(|(i, lane)| Seat { lane, machine: i as u8 }).collect();
    if hub {
        seats.push(Seat { lane: Lane::Hub, machine: 255 });
    }
    seats
}

/// Everything inside, nothing on top of anything, nothing too small to see.
fn check(layout: &Layout, what: &str) {
    let Size { width, height } = layout.size;
    for (i, a) in layout.places.iter().enumerate() {
        assert!(a.radius >= 5.0, "{what}: node {i} has radius {}", a.radius);
        let inside = a.at.x - a.radius >= 0.0
            && a.at.y - a.radius >= 0.0
            && a.at.x + a.radius <= width
            && a.at.y + a.radius <= height;
        assert!(inside, "{what}: node {i} at {:?} is not inside", a);
        for (j, b) in layout.places.iter().enumerate().skip(i + 1) {
            let free = a.at.distance(b.at) - a.radius - b.radius;
            assert!(free >= 1.0, "{what}: nodes {i} and {j} are {free} apart: {a:?} {b:?}");
        }
    }
}

#[test]
fn any_number_of_nodes_fits_without_overlap() {
    for size in STAGES {
        for acceptors in (1..=26).chain([33, 41, 49, 51, 64, 75, 88, 99, 101]) {
            for proposers in [1, 2, 5, 9] {
                for learners in [0, 2, 9] {
                    let layout = arrange(&seats(proposers, acceptors, learners, 0, false), size);
                    check(&layout, &format!("{size:?} {proposers}+{acceptors}+{learners}"));
                }
            }
        }
    }
}

#[test]
fn a_nag_and_a_server_fit_too() {
    for size in STAGES {
        for acceptors in [1, 3, 5, 9, 25, 60, 101] {
            for (above, hub) in [(1, false), (0, true), (1, true), (5, false)] {
                let layout = arrange(&seats(2, acceptors, 2, above, hub), size);
                check(&layout, &format!("{size:?} {acceptors} above {above} hub {hub}"));
            }
        }
    }
}

#[test]
fn nodes_of_one_machine_stand_together() {
    for size in STAGES {
        for acceptors in [3_u8, 5, 9, 25, 101] {
            let machines = (0..3).chain(0..acceptors).chain(0..2);
            let lanes = std::iter::repeat_n(Lane::Before, 3)
                .chain(std::iter::repeat_n(Lane::Middle, usize::from(acceptors)))
                .chain([Lane::After; 2]);
            let seats: Vec<Seat> = lanes.zip(machines).map(|(lane, machine)| Seat { lane, machine }).collect();
            let layout = arrange(&seats, size);
            let what = format!("{size:?} {acceptors} on shared machines");
            for (i, seat) in seats.iter().enumerate().filter(|(_, seat)| seat.machine < 3) {
                let place = layout.places[i];
                let home = |m: &&Place| m.at.distance(place.at) + place.radius <= m.radius + 0.5;
                let home = layout.machines.iter().filter(home).count();
                assert_eq!(home, 1, "{what}: node {i} of machine {} is in {home} machines", seat.machine);
            }
            if acceptors < 30 {
                check(&layout, &what);
            }
        }
    }
}

#[test]
fn few_nodes_are_large_enough_to_read() {
    for size in STAGES {
        for acceptors in 1..=9 {
            let layout = arrange(&seats(2, acceptors, 2, 0, false), size);
            assert!(layout.places.iter().all(|p| p.radius >= 16.0), "{size:?} {acceptors}: {:?}", layout.places);
        }
        let layout = arrange(&seats(2, 25, 2, 0, false), size);
        assert!(layout.places.iter().all(|p| p.radius >= 13.0), "{size:?} 25: {:?}", layout.places);
    }
}

#[test]
fn the_layout_follows_the_roles() {
    let size = STAGES[5];
    let layout = arrange(&seats(2, 5, 2, 1, false), size);
    let x = |i: usize| layout.places[i].at.x;
    let y = |i: usize| layout.places[i].at.y;
    assert!((0..2).all(|p| (2..7).all(|a| x(p) < x(a))), "proposers are left of the acceptors");
    assert!((7..9).all(|l| (2..7).all(|a| x(l) > x(a))), "learners are right of the acceptors");
    assert!((2..7).all(|a| y(9) < y(a)), "who drives from outside is above the acceptors");
    let upright = arrange(&seats(2, 5, 2, 0, false), STAGES[2]);
    let y = |i: usize| upright.places[i].at.y;
    assert!((0..2).all(|p| (2..7).all(|a| y(p) < y(a))), "on a phone, proposers are above the acceptors");
    assert_eq!(layout, arrange(&seats(2, 5, 2, 1, false), size), "equal questions have equal answers");
}

#[test]
fn where_nobody_votes_the_largest_role_is_in_the_middle() {
    let layout = arrange(&seats(5, 0, 0, 0, false), STAGES[5]);
    check(&layout, "five proposers only");
    let mean = layout.places.iter().map(|place| place.at.x).sum::<f64>() / 5.0;
    assert!((mean - 415.0).abs() < 1.0, "the mean is {mean}");
}

#[test]
fn both_directions_and_copies_of_a_link_are_apart() {
    const HALF: (f64, f64) = (12.0, 8.0);
    let place = |x| Place { at: Point::new(x, 100.0), radius: 20.0 };
    let there = Way::between(place(50.0), place(350.0), 0, HALF).at(0.5);
    let back = Way::between(place(350.0), place(50.0), 0, HALF).at(0.5);
    let copy = Way::between(place(50.0), place(350.0), 1, HALF).at(0.5);
    assert!(there.distance(back) > 18.0);
    assert!(there.distance(copy) > 14.0);
    let start = Way::between(place(50.0), place(350.0), 0, HALF).at(0.0);
    assert!((34.0..40.0).contains(&start.distance(place(50.0).at)), "a message starts beside the node");
}

#[test]
fn waiting_messages_stand_around_their_node_and_apart() {
    let place = Place { at: Point::new(100.0, 100.0), radius: 30.0 };
    let points: Vec<Point> = (0..24).map(|rank| waiting(place, rank, 20.0)).collect();
    for (i, a) in points.iter().enumerate() {
        assert!(a.distance(place.at) > 40.0);
        assert!(points[i + 1..].iter().all(|b| a.distance(*b) > 18.0));
    }
}

#[test]
fn a_line_parts_two_groups_if_it_can() {
    let layout = arrange(&seats(2, 5, 2, 0, false), STAGES[5]);
    let line = Line::through(Point::new(0.0, 250.0), Point::new(830.0, 300.0)).expect("two points far apart");
    let groups: Vec<u8> = layout.places.iter().map(|place| u8::from(line.side(place.at) > 0.0)).collect();
    let found = between_groups(&layout.places, &groups).expect("a line parted them");
    let first = found.side(layout.places[0].at) > 0.0;
    for (place, group) in layout.places.iter().zip(&groups) {
        assert_eq!((found.side(place.at) > 0.0) == first, *group == groups[0]);
    }
    let mixed = [0, 0, 0, 1, 0, 1, 0, 0, 1];
    assert!(between_groups(&layout.places, &mixed).is_none(), "these cannot be parted by a line");
    assert!(between_groups(&layout.places, &[0; 9]).is_none(), "one group needs no line");
    assert!(between_groups(&layout.places, &[0, 1, 2, 0, 0, 0, 0, 0, 0]).is_none(), "nor do three");
}

#[test]
fn arrow_keys_reach_every_node() {
    use paxos_page::curve::{Direction, neighbour};
    for (size, acceptors) in STAGES.into_iter().flat_map(|size| [3, 5, 9, 25, 101].map(|count| (size, count))) {
        let places = arrange(&seats(2, acceptors, 2, 1, false), size).places;
        let mut reached = vec![false; places.len()];
        let mut next = vec![0];
        while let Some(node) = next.pop() {
            if !std::mem::replace(&mut reached[node], true) {
                let directions = [Direction::Left, Direction::Right, Direction::Up, Direction::Down];
                next.extend(directions.into_iter().filter_map(|direction| neighbour(&places, node, direction)));
            }
        }
        assert!(reached.iter().all(|reached| *reached), "{size:?} {acceptors}: {reached:?}");
    }
}
